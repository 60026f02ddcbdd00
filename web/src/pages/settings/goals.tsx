// What the shop wants to reach on each weekday.
import { useState, type FormEvent } from "react";

import { goodsApi, type Goal } from "../../api/goods.ts";
import { useResource } from "../../app/resource.ts";
import { useWords } from "../../app/session.tsx";
import { Button } from "../../components/controls.tsx";
import { explain, Loaded, Skeleton } from "../../components/states.tsx";

const kMonday = Date.UTC(2026, 10, 23);
const kDayMs = 86_400_000;
const kMeasures = ["entries", "sales", "conversion"] as const;

function GoalForm({ saved }: { saved: Goal[] }) {
    const { t, language } = useWords();
    const [goals, setGoals] = useState(saved);
    const [told, setTold] = useState<string>();
    const dayName = (weekday: number): string =>
        new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(new Date(kMonday + (weekday - 1) * kDayMs));
    const set = (weekday: number, what: (typeof kMeasures)[number], text: string): void => {
        const value = text === "" ? null : what === "conversion" ? Number(text) / 100 : Number(text);
        setGoals(goals.map((goal) => (goal.weekday === weekday ? { ...goal, [what]: value } : goal)));
        setTold(undefined);
    };
    async function save(event: FormEvent): Promise<void> {
        event.preventDefault();
        try {
            await goodsApi.saveGoals(goals);
            setTold(t("goals.saved"));
        } catch (error) {
            setTold(explain(error as Error, t));
        }
    }
    const shown = (goal: Goal, what: (typeof kMeasures)[number]): string => {
        const value = goal[what];
        return value === null ? "" : String(what === "conversion" ? Math.round(value * 1000) / 10 : value);
    };
    return (
        <form onSubmit={(event) => void save(event)}>
            <div className="table-place">
                <table>
                    <thead>
                        <tr>
                            <th>{t("goals.weekday")}</th>
                            {kMeasures.map((what) => (
                                <th key={what}>{t(`goals.${what}`)}</th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {goals.map((goal) => (
                            <tr key={goal.weekday}>
                                <th scope="row">{dayName(goal.weekday)}</th>
                                {kMeasures.map((what) => (
                                    <td key={what}>
                                        <input
                                            type="number"
                                            aria-label={`${dayName(goal.weekday)}, ${t(`goals.${what}`)}`}
                                            min={what === "conversion" ? 0.1 : 1}
                                            max={what === "conversion" ? 100 : 1_000_000}
                                            step={what === "conversion" ? 0.1 : 1}
                                            value={shown(goal, what)}
                                            onChange={(event) => set(goal.weekday, what, event.target.value)}
                                        />
                                    </td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            <div className="actions">
                <Button type="submit">{t("save")}</Button>
            </div>
            <p role="status">{told}</p>
        </form>
    );
}

export function GoalList() {
    const { t } = useWords();
    const goals = useResource("goals", (signal) => goodsApi.goals(signal));
    return (
        <section className="card people-list">
            <h2>{t("goals.title")}</h2>
            <p className="soft">{t("goals.hint")}</p>
            <Loaded resource={goals} skeleton={<Skeleton height="260px" />}>
                {(saved) => <GoalForm saved={saved} />}
            </Loaded>
        </section>
    );
}
