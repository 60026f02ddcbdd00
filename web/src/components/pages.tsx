// The way through the pages of a long list; which one is shown stands in the address, from 1.
import { setQuery } from "../app/router.tsx";
import { useWords } from "../app/session.tsx";
import { number } from "../i18n/format.ts";
import { Button } from "./controls.tsx";
import { Icon } from "./icon.tsx";

export const kPageSize = 50;

/** `page` from 0; `total` rows on all pages; `range` says which of them are shown. */
export function Pages({ page, total, range }: { page: number; total: number; range: "crossings.range" | "touches.range" | "visits.range" }) {
    const { t, language } = useWords();
    const last = Math.max(0, Math.ceil(total / kPageSize) - 1);
    const go = (to: number): void => setQuery({ page: to === 0 ? undefined : String(to + 1) }, "push");
    const first = total === 0 ? 0 : page * kPageSize + 1;
    return (
        <nav className="pages" aria-label={t("visits.pages")}>
            <p className="soft">{t(range, { from: number(first, language), to: number(Math.min(total, (page + 1) * kPageSize), language), n: total })}</p>
            <Button disabled={page === 0} aria-label={t("visits.previous")} onClick={() => go(page - 1)}>
                <Icon name="back" />
            </Button>
            <Button disabled={page >= last} aria-label={t("visits.next")} onClick={() => go(page + 1)}>
                <Icon name="next" />
            </Button>
        </nav>
    );
}
