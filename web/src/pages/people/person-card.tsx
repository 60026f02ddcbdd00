// Somebody as he was seen, what he is taken for, and the two buttons.
import { useEffect, useRef, useState } from "react";

import { api } from "../../api/api.ts";
import type { Somebody } from "../../api/types.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { PersonChip } from "../../components/chips.tsx";
import { Button } from "../../components/controls.tsx";
import { TraitsTag } from "../../components/traits.tsx";
import { duration, moment, number } from "../../i18n/format.ts";
import { spreadLooks } from "./order.ts";

const kShown = 3;

export type Marking = (person: Somebody, label: "staff" | "customer" | null, name?: string) => void;

function Answer({ person }: { person: Somebody }) {
    const { t, language } = useWords();
    if (person.mark !== null) return <p className={`answer marked ${person.mark}`}>{t(person.mark === "staff" ? "people.marked_staff" : "people.marked_customer")}</p>;
    const probability = person.staff_probability;
    if (probability === null) return <p className="answer soft">{t("people.unknown")}</p>;
    const staff = probability >= 0.5;
    return (
        <p className={`answer ${staff ? "staff" : "customer"}`}>
            <span className="bar" aria-hidden="true">
                <span style={{ width: `${100 * probability}%` }} />
            </span>
            {t(staff ? "people.looks_staff" : "people.looks_customer", { percent: number(100 * Math.max(probability, 1 - probability), language) })}
        </p>
    );
}

function NameField({ person, mark }: { person: Somebody; mark: Marking }) {
    const { t } = useWords();
    const [text, setText] = useState(person.name);
    return (
        <form
            className="name"
            onSubmit={(event) => {
                event.preventDefault();
                mark(person, "staff", text.trim());
            }}
        >
            <input aria-label={t("people.name")} placeholder={t("people.name")} maxLength={64} value={text} onChange={(event) => setText(event.target.value)} onBlur={() => text.trim() !== person.name && mark(person, "staff", text.trim())} />
        </form>
    );
}

export function PersonCard({ person, cameraName, chosen, choose, mark }: { person: Somebody; cameraName: string; chosen: boolean; choose: () => void; mark: Marking }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const card = useRef<HTMLLIElement>(null);
    useEffect(() => {
        if (chosen) card.current?.scrollIntoView({ block: "nearest" });
    }, [chosen]);
    const seen = (Date.parse(person.last) - Date.parse(person.first)) / 1000;
    return (
        <li ref={card} className={`person card${chosen ? " chosen" : ""}`} aria-current={chosen || undefined} onClick={choose} data-person={person.person}>
            <div className="looks">
                {spreadLooks(person.looks, kShown).map((look) => (
                    <img key={look} src={api.lookAddress(person.person, look)} alt={t("people.look_at", { time: moment(look, language, shop.time_zone, "seconds") })} loading="lazy" />
                ))}
            </div>
            <p className="who-where">
                <PersonChip person={person.person} /> <span>{cameraName}</span> <TraitsTag of={person} />
            </p>
            <p className="soft">
                {t("people.seen", { time: moment(person.first, language, shop.time_zone, "seconds"), stay: duration(seen, language) })}
                {person.staff_place_s >= 1 && <> · {t("people.staff_place", { time: duration(person.staff_place_s, language) })}</>}
            </p>
            <Answer person={person} />
            <div className="marks">
                <Button look={person.mark === "staff" ? "main" : "plain"} aria-pressed={person.mark === "staff"} onClick={() => mark(person, person.mark === "staff" ? null : "staff")}>
                    {t("people.staff")}
                </Button>
                <Button look={person.mark === "customer" ? "main" : "plain"} aria-pressed={person.mark === "customer"} onClick={() => mark(person, person.mark === "customer" ? null : "customer")}>
                    {t("people.customer")}
                </Button>
            </div>
            {person.mark === "staff" && <NameField key={person.name} person={person} mark={mark} />}
        </li>
    );
}
