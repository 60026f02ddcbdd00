// The one picker of periods: it writes the address, which all pages read.
import { kPeriodNames, kPeriods, periodOf, periodQuery, type Period, type PeriodKind } from "../app/period.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { serverNow, useSession, useWords } from "../app/session.tsx";
import { dayOf } from "../app/time.ts";
import { Field, Select } from "./controls.tsx";

export function usePeriod(): Period {
    const session = useSession();
    const { query } = useAddress();
    return periodOf(query, serverNow(session), session.shop.time_zone);
}

/** "?period=7d" for links to pages that show the same period. */
export function periodPart(query: URLSearchParams): string {
    const kept = new URLSearchParams();
    for (const name of kPeriodNames) {
        const value = query.get(name);
        if (value) kept.set(name, value);
    }
    return kept.size ? `?${kept.toString()}` : "";
}

export function PeriodPicker() {
    const { t } = useWords();
    const session = useSession();
    const period = usePeriod();
    const today = dayOf(serverNow(session), session.shop.time_zone);
    const choose = (next: Period): void => setQuery({ ...periodQuery(next), page: undefined });
    return (
        <div className="period no-print">
            <Select label={t("period")} inline value={period.kind} onChange={(event) => choose({ ...period, kind: event.target.value as PeriodKind })}>
                {kPeriods.map((kind) => (
                    <option key={kind} value={kind}>
                        {t(`period.${kind}`)}
                    </option>
                ))}
            </Select>
            {period.kind === "days" && (
                <>
                    <Field label={t("from_day")} type="date" value={period.first} max={today} onChange={(event) => event.target.value && choose({ ...period, first: event.target.value })} />
                    <Field label={t("to_day")} type="date" value={period.last} max={today} onChange={(event) => event.target.value && choose({ ...period, last: event.target.value })} />
                </>
            )}
        </div>
    );
}
