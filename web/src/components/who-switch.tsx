// Whether figures are of customers only or of everybody. Stands in the address of the page; customers, once staff are
// told from them.
import type { Who } from "../api/api.ts";
import { kPlanCamera } from "../api/types.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { useSession, useWords } from "../app/session.tsx";

export function useWho(): Who {
    const { shop } = useSession();
    const { query } = useAddress();
    const asked = query.get("who");
    if (asked === "all" || asked === "customers") return asked;
    return shop.staff === "taught" ? "customers" : "all";
}

/** Nothing where nobody can be told to work here. */
export function WhoSwitch() {
    const { t } = useWords();
    const { shop } = useSession();
    const { query } = useAddress();
    const who = useWho();
    if (shop.staff !== "taught" && !query.has("who")) return null;
    const choose = (wanted: Who): void => setQuery({ who: wanted === (shop.staff === "taught" ? "customers" : "all") ? undefined : wanted, page: undefined });
    return (
        <div className="segments" role="group" aria-label={t("who")}>
            {(["customers", "all"] as const).map((wanted) => (
                <button key={wanted} type="button" aria-pressed={who === wanted} onClick={() => choose(wanted)}>
                    {t(`who.${wanted}`)}
                </button>
            ))}
        </div>
    );
}

/** Says so where figures of customers are asked for and some of those shown are of the floor plan, whose people have no labels. */
export function PlanHasStaff({ of }: { of: readonly { camera: string }[] }) {
    const { t } = useWords();
    if (useWho() !== "customers" || !of.some(({ camera }) => camera === kPlanCamera)) return null;
    return <p className="soft">{t("who.plan")}</p>;
}
