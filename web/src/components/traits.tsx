// What somebody's face says of sex and age, and the choice of whom lists are of. Stands in the address of the page.
import type { Traits } from "../api/types.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { useWords } from "../app/session.tsx";
import { number } from "../i18n/format.ts";
import { Select } from "./controls.tsx";
import { ageBand, agesOf, kAgeBands, type TraitsFilter } from "./traits-filter.ts";

/** "woman, 26–42"; nothing where no look at the face counted. */
export function TraitsTag({ of }: { of: Traits }) {
    const { t, language } = useWords();
    if (of.sex === null) return null;
    const ages = { low: String(of.age_low ?? 0), high: String(of.age_high ?? 0) };
    return (
        <span className="tag" title={t("traits.hint", { percent: number(100 * (of.sex_confidence ?? 0), language) })}>
            {t(`traits.${of.sex}`, ages)}
        </span>
    );
}

export function TraitsFilters({ filter }: { filter: TraitsFilter }) {
    const { t } = useWords();
    const { query } = useAddress();
    return (
        <>
            <Select label={t("traits.sex")} value={filter.sex ?? ""} onChange={(event) => setQuery({ sex: event.target.value, page: undefined })}>
                <option value="">{t("traits.any_sex")}</option>
                <option value="female">{t("traits.women")}</option>
                <option value="male">{t("traits.men")}</option>
            </Select>
            <Select label={t("traits.age")} value={query.get("age") ?? ""} onChange={(event) => setQuery({ age: event.target.value, page: undefined })}>
                <option value="">{t("traits.any_age")}</option>
                {kAgeBands.map((band) => {
                    const { ageMin, ageMax } = agesOf(band);
                    return (
                        <option key={band} value={band}>
                            {ageBand(ageMin, ageMax, t)}
                        </option>
                    );
                })}
            </Select>
        </>
    );
}
