// Staff or customer, taught on the spot: people of the last minutes as pictures, two keys to mark them, and how good
// what was learnt is.
import { useMemo, useState } from "react";

import { api } from "../api/api.ts";
import { ApiError } from "../api/client.ts";
import type { Somebody, TaughtStaff } from "../api/types.ts";
import { usePageKeys } from "../app/keys.ts";
import { useResource } from "../app/resource.ts";
import { useSession, useWords } from "../app/session.tsx";
import { Button, Dialog } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { Empty, explain, Loaded, Problem, Skeleton } from "../components/states.tsx";
import { moment } from "../i18n/format.ts";
import { LessonCard } from "./people/lesson.tsx";
import { nextUnmarked, ordered, type Order } from "./people/order.ts";
import { PersonCard, type Marking } from "./people/person-card.tsx";
import "./people.css";

const kEveryMs = 2000;
const kOrders: readonly Order[] = ["unsure", "newest", "staff"];

/** S, C, U by their places on the keyboard, and the arrows, for the chosen card. */
function useMarkingKeys(list: readonly Somebody[], chosen: number | undefined, choose: (person: number | undefined) => void, mark: Marking): void {
    usePageKeys((event, leads) => {
        if (leads) return;
        const at = list.findIndex((one) => one.person === chosen);
        const person = list[at];
        if (event.code === "ArrowRight" || event.code === "ArrowLeft") {
            const next = list[Math.min(list.length - 1, Math.max(0, at + (event.code === "ArrowRight" ? 1 : -1)))];
            if (next) choose(next.person);
        } else if (person && event.code === "KeyS") mark(person, "staff");
        else if (person && event.code === "KeyC") mark(person, "customer");
        else if (person && event.code === "KeyU") mark(person, null);
        else return;
        event.preventDefault();
    });
}

function Taught({ staff, reload }: { staff: readonly TaughtStaff[]; reload: () => void }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const [asks, setAsks] = useState(false);
    const [problem, setProblem] = useState<string>();
    const run = (work: () => Promise<unknown>): void => {
        work().then(() => setProblem(undefined), (error: unknown) => setProblem(explain(error as Error, t))).finally(reload);
    };
    return (
        <section className="card taught">
            <h2>{t("people.taught")}</h2>
            {staff.length === 0 && <p className="soft">{t("people.nobody_taught")}</p>}
            <ul>
                {staff.map((one) => (
                    <li key={one.id}>
                        <span>{one.name || t("people.without_name")}</span>
                        <span className="soft">{t("people.marked_by", { time: moment(one.marked, language, shop.time_zone, "full"), name: one.marked_by })}</span>
                        <Button look="quiet" aria-label={t("people.forget")} onClick={() => run(() => api.forgetStaff(one.id))}>
                            <Icon name="trash" />
                        </Button>
                    </li>
                ))}
            </ul>
            <Problem>{problem}</Problem>
            <Button look="danger" onClick={() => setAsks(true)}>
                {t("people.forget_all")}
            </Button>
            {asks && (
                <Dialog title={t("people.forget_all")} onClose={() => setAsks(false)}>
                    <p>{t("people.forget_all_hint")}</p>
                    <Button
                        look="danger"
                        onClick={() => {
                            setAsks(false);
                            run(api.forgetAllTaught);
                        }}
                    >
                        {t("people.forget_all")}
                    </Button>
                </Dialog>
            )}
        </section>
    );
}

export default function PeoplePage() {
    const { t } = useWords();
    const cameras = useResource("cameras", (signal) => api.cameras(signal)).data ?? [];
    const page = useResource("people", (signal) => api.people(signal), kEveryMs);
    const [order, setOrder] = useState<Order>("unsure");
    const [chosen, setChosen] = useState<number>();
    const [problem, setProblem] = useState<string>();
    // The list keeps its order while one goes through it: cards must not jump under the hand.
    const [places, setPlaces] = useState<readonly number[]>([]);
    const people = useMemo(() => page.data?.people ?? [], [page.data]);
    const list = useMemo(() => {
        const known = new Map(people.map((one) => [one.person, one]));
        const kept = places.flatMap((person) => known.get(person) ?? []);
        const isNew = new Set(kept.map((one) => one.person));
        return [...kept, ...ordered(people.filter((one) => !isNew.has(one.person)), order)];
    }, [people, places, order]);
    const sort = (wanted: Order): void => {
        setOrder(wanted);
        setPlaces(ordered(people, wanted).map((one) => one.person));
        setChosen(undefined);
    };
    const current = chosen ?? list[0]?.person;

    const mark: Marking = (person, label, name) => {
        setPlaces(list.map((one) => one.person));
        api.markPerson(person.person, label, name).then(
            () => setProblem(undefined),
            (error: unknown) => setProblem(explain(error as Error, t)),
        ).finally(page.reload);
        if (label !== null && name === undefined && person.mark === null) setChosen(nextUnmarked(list, person.person) ?? person.person);
        else setChosen(person.person);
    };
    useMarkingKeys(list, current, setChosen, mark);

    const isOff = page.error instanceof ApiError && page.error.code === "people_off";
    return (
        <div className="people">
            <header className="page-head">
                <h1>{t("nav.people")}</h1>
                <div className="segments" role="group" aria-label={t("people.order")}>
                    {kOrders.map((name) => (
                        <button key={name} type="button" aria-pressed={order === name} onClick={() => sort(name)}>
                            {t(`people.order.${name}`)}
                        </button>
                    ))}
                </div>
            </header>
            {isOff ? (
                <Empty title={t("people.off")}>
                    <p>{t("people.off_hint")}</p>
                </Empty>
            ) : (
                <Loaded resource={page} skeleton={<Skeleton height="60vh" />}>
                    {({ lesson, kept_minutes, staff }) => (
                        <>
                            <LessonCard lesson={lesson} />
                            <p className="hint">{t("people.kept", { n: kept_minutes })}</p>
                            <Problem>{problem}</Problem>
                            {list.length === 0 ? (
                                <Empty title={t("people.nobody")}>
                                    <p>{t("people.nobody_hint")}</p>
                                </Empty>
                            ) : (
                                <>
                                    <p className="hint keys-hint">
                                        <kbd>←</kbd> <kbd>→</kbd> <kbd>S</kbd> {t("people.staff")} <kbd>C</kbd> {t("people.customer")} <kbd>U</kbd> {t("people.unmark")}
                                    </p>
                                    <ul className="people-grid">
                                        {list.map((person) => (
                                            <PersonCard key={person.person} person={person} cameraName={cameras.find((camera) => camera.id === person.camera)?.name ?? person.camera} chosen={person.person === current} choose={() => setChosen(person.person)} mark={mark} />
                                        ))}
                                    </ul>
                                </>
                            )}
                            <Taught staff={staff} reload={page.reload} />
                        </>
                    )}
                </Loaded>
            )}
        </div>
    );
}
