// A number that matters: big, with what it is, what it is compared with, and the way to what is behind it.
import type { ReactNode } from "react";

import { Link } from "../app/router.tsx";
import { useWords } from "../app/session.tsx";
import { changeOf, number } from "../i18n/format.ts";

export interface Comparison {
    with: string;
    value: number | undefined;
}

function Compared({ now, comparison }: { now: number; comparison: Comparison }) {
    const { t, language } = useWords();
    if (comparison.value === undefined) return <li>{t("compare.unknown", { with: comparison.with })}</li>;
    const change = changeOf(now, comparison.value, language);
    return (
        <li>
            {change && <strong>{change}</strong>} {t("compare.was", { with: comparison.with, value: number(comparison.value, language) })}
        </li>
    );
}

interface Props {
    title: string;
    /** null: nobody knows. */
    value: number | null;
    href?: string | undefined;
    comparisons?: Comparison[];
    children?: ReactNode;
}

export function Figure({ title, value, href, comparisons = [], children }: Props) {
    const { language } = useWords();
    const shown = value === null ? "–" : number(value, language);
    return (
        <section className="card figure-card">
            <h2>{title}</h2>
            <p className="figure-value">{href ? <Link href={href}>{shown}</Link> : shown}</p>
            {value !== null && comparisons.length > 0 && (
                <ul className="compared">
                    {comparisons.map((comparison) => (
                        <Compared key={comparison.with} now={value} comparison={comparison} />
                    ))}
                </ul>
            )}
            {children}
        </section>
    );
}
