// Learning: what is missing for it, how far it is, what is left of its time.
import { useState } from "react";

import { teachApi, type GoodsCollection, type GoodsLesson } from "../../api/teach.ts";
import { useWords } from "../../app/session.tsx";
import { Button, Select } from "../../components/controls.tsx";
import { explain, Problem } from "../../components/states.tsx";
import { duration } from "../../i18n/format.ts";

const kMinutes = [5, 30, 120] as const;

function Progress({ lesson, reload }: { lesson: GoodsLesson; reload: () => void }) {
    const { t, language } = useWords();
    const [cancelling, setCancelling] = useState(false);
    const step = lesson.step === "choosing" ? t("teach.step.choosing") : lesson.step === "quantising" ? t("teach.step.quantising") : lesson.step ? t("teach.step.network", { name: lesson.step.replace(/\.json$/, "") }) : t("teach.step.reading");
    const left = lesson.seconds_left === null ? "" : t("teach.left", { time: duration(lesson.seconds_left, language) });
    return (
        <div role="status" className="lesson-progress">
            <progress max={1} value={lesson.done} aria-label={t("teach.learning")} />
            <p>
                {Math.round(100 * lesson.done)} %. {step} <span className="soft">{left}</span>
            </p>
            <Button
                busy={cancelling}
                onClick={() => {
                    setCancelling(true);
                    // Whether it ended meanwhile is what the next reading says.
                    void teachApi.cancelLesson().catch(() => undefined).finally(reload);
                }}
            >
                {t("cancel")}
            </Button>
        </div>
    );
}

/** What came of the last lesson of this collection. */
function Outcome({ lesson }: { lesson: GoodsLesson }) {
    const { t } = useWords();
    if (lesson.state === "failed") return <Problem>{t("teach.failed", { problem: lesson.problem })}</Problem>;
    if (lesson.state === "cancelled") return <p role="status">{t("teach.cancelled")}</p>;
    if (lesson.state === "done") return <p role="status">{t("teach.done", { n: lesson.version ?? 0 })}</p>;
    return null;
}

export function LessonCard({ collection, lesson, canLearn, reload }: { collection: GoodsCollection; lesson: GoodsLesson | null; canLearn: boolean; reload: () => void }) {
    const { t } = useWords();
    const [minutes, setMinutes] = useState<number>(kMinutes[1]);
    const [problem, setProblem] = useState<string>();
    const withPictures = collection.classes.filter((one) => one.pictures > 0);
    const fewest = withPictures.reduce((least, one) => Math.min(least, one.pictures), Infinity);
    const missing = withPictures.length < 2;
    const own = lesson?.collection === collection.id ? lesson : undefined;
    const isRunning = lesson?.state === "running";
    const begin = (): void => {
        teachApi.learn(collection.id, minutes).then(() => setProblem(undefined), (error: unknown) => setProblem(explain(error as Error, t))).finally(reload);
    };
    return (
        <section className="card learn" aria-label={t("teach.learn")}>
            <h2>{t("teach.learn")}</h2>
            {!canLearn && <Problem>{t("teach.no_network")}</Problem>}
            {own?.state === "running" ? (
                <Progress lesson={own} reload={reload} />
            ) : (
                <>
                    <p className="hint">{missing ? t("teach.missing") : fewest < 3 ? t("teach.few", { n: fewest }) : t("teach.ready", { n: withPictures.length })}</p>
                    <div className="form-row">
                        <Button look="main" disabled={missing || isRunning || !canLearn} onClick={begin}>
                            {t("teach.begin")}
                        </Button>
                        <Select inline label={t("teach.time_max")} value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
                            {kMinutes.map((n) => (
                                <option key={n} value={n}>
                                    {t("teach.at_most", { n })}
                                </option>
                            ))}
                        </Select>
                    </div>
                    {isRunning && <p role="status">{t("teach.other_runs")}</p>}
                    {own && <Outcome lesson={own} />}
                    <p className="hint">{t("teach.gently")}</p>
                </>
            )}
            <Problem>{problem}</Problem>
        </section>
    );
}
