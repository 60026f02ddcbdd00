// What was learnt from the marks, how good it is, and what is missing.
import type { Lesson, Rate } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { Icon } from "../../components/icon.tsx";
import { number } from "../../i18n/format.ts";

function Measured({ title, rate }: { title: string; rate: Rate }) {
    const { t, language } = useWords();
    const percent = (share: number): string => number(100 * share, language);
    return (
        <div className="measured">
            <p className="measured-title">{title}</p>
            <p className="measured-value">{t("people.of", { right: rate.right, all: rate.all })}</p>
            <p className="soft">{t("people.interval", { low: percent(rate.low), high: percent(rate.high) })}</p>
        </div>
    );
}

export function LessonCard({ lesson }: { lesson: Lesson }) {
    const { t } = useWords();
    const missingStaff = Math.max(0, lesson.staff_needed - lesson.staff);
    const missing = Math.max(missingStaff, lesson.marks_needed - lesson.staff - lesson.customers);
    return (
        <section className="card lesson" aria-label={t("people.lesson")}>
            {lesson.uniform_changed && (
                <p className="notice caution" role="alert">
                    <Icon name="warning" /> {t("people.uniform_changed")}
                </p>
            )}
            {lesson.problem && (
                <p className="notice caution" role="alert">
                    <Icon name="warning" /> {t("people.problem", { problem: lesson.problem })}
                </p>
            )}
            <div className="measures" aria-busy={lesson.learning}>
                <div className="measured">
                    <p className="measured-title">{t("people.marked")}</p>
                    <p className="measured-value">{lesson.staff + lesson.customers}</p>
                    <p className="soft">{t("people.marked_as", { staff: lesson.staff, customers: lesson.customers })}</p>
                </div>
                {lesson.right && <Measured title={t("people.right")} rate={lesson.right} />}
                {lesson.staff_found && <Measured title={t("people.staff_found")} rate={lesson.staff_found} />}
                {lesson.customers_let_be && <Measured title={t("people.customers_let_be")} rate={lesson.customers_let_be} />}
            </div>
            <p className="hint" role="status">
                {lesson.learning ? t("people.learning") : lesson.used ? t("people.used") : missing > 0 ? t("people.missing", { n: missing, staff: missingStaff }) : t("people.not_good")}
            </p>
            {lesson.right && <p className="hint">{t("people.how_measured")}</p>}
            {lesson.right && lesson.unnamed > 1 && <p className="hint">{t("people.unnamed", { n: lesson.unnamed })}</p>}
        </section>
    );
}
