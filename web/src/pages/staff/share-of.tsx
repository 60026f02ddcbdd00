// A share with its interval.
import type { Share } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { number } from "../../i18n/format.ts";

export function ShareOf({ share }: { share: Share }) {
    const { t, language } = useWords();
    const percent = (value: number): string => number(100 * value, language);
    return <>{t("staff.share", { share: percent(share.share), low: percent(share.low), high: percent(share.high) })}</>;
}
