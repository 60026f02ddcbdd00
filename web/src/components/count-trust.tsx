// How wrong a count was when people last looked, beside it: nothing where nobody did.
import { api } from "../api/api.ts";
import type { AuditPlace } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { useSession, useWords } from "../app/session.tsx";
import { moment, number } from "../i18n/format.ts";
import { errorOf, percentOf, signed } from "../pages/audit/errors.ts";

/** Of all audited lines and zones; an empty list until they are known. */
export function useCountErrors(): readonly AuditPlace[] {
    return useResource("count errors", (signal) => api.countErrors(signal)).data ?? [];
}

interface Props {
    errors: readonly AuditPlace[];
    camera: string;
    kind: AuditPlace["kind"];
    place: string;
    direction: "in" | "out";
}

interface ListProps {
    camera: string | undefined;
    kind: AuditPlace["kind"];
    place: string | undefined;
    directions?: readonly ("in" | "out")[];
}

/** Above a list of what one line or zone counted; of several of them nobody audited the sum. */
export function ListTrust({ camera, kind, place, directions = ["in"] }: ListProps) {
    const { t } = useWords();
    const errors = useCountErrors();
    if (!camera || !place) return null;
    const known = errorOf(errors, camera, kind, place);
    const told = directions.filter((direction) => percentOf(known?.[direction]));
    if (told.length === 0) return null;
    return (
        <p className="soft">
            {t("audit.errors_of_counts")}{" "}
            {told.map((direction) => (
                <span key={direction}>
                    {kind === "crossing" && `${t(`audit.${direction}`)} `}
                    <CountTrust errors={errors} camera={camera} kind={kind} place={place} direction={direction} />{" "}
                </span>
            ))}
        </p>
    );
}

export function CountTrust({ errors, camera, kind, place, direction }: Props) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const known = errorOf(errors, camera, kind, place);
    const percent = percentOf(known?.[direction]);
    if (!known || !percent) return null;
    const format = (value: number): string => number(value, language);
    const [low, high] = [signed(percent.low, format), signed(percent.high, format)];
    const meaning = t("audit.trust_meaning", { error: signed(percent.error, format), low, high, n: known.answered, time: known.audited ? moment(known.audited, language, shop.time_zone, "full") : "" });
    return (
        <span className="count-trust" title={meaning}>
            <span aria-hidden="true">
                {signed(percent.error, format)} % ({low}…{high})
            </span>
            <span className="hidden-text">{meaning}</span>
        </span>
    );
}
