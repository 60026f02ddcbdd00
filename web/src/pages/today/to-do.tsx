// What needs doing now: alarms that wait for somebody, and tills that should open.
import { api } from "../../api/api.ts";
import type { Camera } from "../../api/types.ts";
import { useAlarmWatch } from "../../app/alarm-watch.tsx";
import { useResource } from "../../app/resource.ts";
import { Link } from "../../app/router.tsx";
import { may, useSession, useWords } from "../../app/session.tsx";
import { cameraName } from "../../components/camera-name.ts";
import { moment } from "../../i18n/format.ts";
import { placeOf } from "../alarms/sentence.ts";
import { toDo } from "../alarms/todo.ts";

const kEveryMs = 10_000;

export function ToDoCard({ cameras }: { cameras: readonly Camera[] }) {
    const { t, language } = useWords();
    const { me, shop } = useSession();
    const { alarms } = useAlarmWatch();
    const forecasts = useResource(may(me.user.role, "seeCounts") ? "forecasts" : null, (signal) => api.queueForecasts(signal), kEveryMs);
    const things = toDo(alarms.data ?? [], forecasts.data ?? []);
    const time = (instant: string): string => moment(instant, language, shop.time_zone, "time");
    if (things.length === 0) return null;
    return (
        <section className="card trouble to-do" aria-live="polite">
            <h2>{t("today.to_do")}</h2>
            <ul>
                {things.map((thing) =>
                    thing.kind === "till" ? (
                        <li key={`till ${thing.camera} ${thing.till}`}>
                            <strong>{t("forecast.open", { till: thing.till, time: time(thing.openAt) })}</strong>
                            <Link href="/queues">{t("today.look")}</Link>
                        </li>
                    ) : (
                        <li key={thing.alarm.id}>
                            <span className={`severity ${thing.alarm.severity}`}>{t(`severity.${thing.alarm.severity}`)}</span>
                            <strong>{thing.alarm.rule_name}</strong>
                            <span>{[placeOf(thing.alarm, { t }), cameraName(cameras, thing.alarm.camera, t), t("today.since", { time: time(thing.alarm.raised) })].filter(Boolean).join(", ")}</span>
                            {thing.alarm.advice && <strong>{t("forecast.open", { till: thing.alarm.advice.till, time: time(thing.alarm.advice.open_at) })}</strong>}
                            <Link href={thing.alarm.match === null ? `/alarms?alarm=${thing.alarm.id}` : "/watchlist"}>{t("today.look")}</Link>
                        </li>
                    ),
                )}
            </ul>
        </section>
    );
}
