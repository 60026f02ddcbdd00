// A past hour and a moment in it: the same on the plan and over a picture.
import { useEffect, useState } from "react";

import { setQuery, useAddress } from "../../app/router.tsx";
import { useSession, useWords } from "../../app/session.tsx";
import { dayOf, hourOf, instantOf } from "../../app/time.ts";
import { Button } from "../../components/controls.tsx";
import { Icon } from "../../components/icon.tsx";
import { moment } from "../../i18n/format.ts";
import "./hour.css";

export const kHourS = 3600;
const kPlayStepS = 1;
const kPlayEveryMs = 100;

/** The hour that is shown, in the page's address: its begin as an instant. */
export function useHour(): [Date, (begin: Date) => void] {
    const { query } = useAddress();
    const { shop } = useSession();
    const given = Date.parse(query.get("from") ?? "");
    const now = new Date();
    const lastHour = instantOf(dayOf(now, shop.time_zone), shop.time_zone, hourOf(now, shop.time_zone) * kHourS * 1000);
    return [Number.isNaN(given) ? lastHour : new Date(given), (begin) => setQuery({ from: begin.toISOString() })];
}

/** Plays ten times as fast. */
export function TimeSlider({ begin, second, choose }: { begin: Date; second: number; choose: (second: number) => void }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const [plays, setPlays] = useState(false);
    useEffect(() => {
        if (!plays) return;
        const timer = window.setTimeout(() => choose(second + kPlayStepS > kHourS ? 0 : second + kPlayStepS), kPlayEveryMs);
        return () => window.clearTimeout(timer);
    }, [plays, second, choose]);
    const time = moment(new Date(begin.getTime() + second * 1000).toISOString(), language, shop.time_zone, "seconds");
    return (
        <div className="paths-time">
            <Button onClick={() => setPlays(!plays)}>{t(plays ? "paths.pause" : "paths.play")}</Button>
            <input type="range" min={0} max={kHourS} step={1} value={second} aria-label={t("paths.moment")} aria-valuetext={time} onChange={(event) => choose(Number(event.target.value))} />
            <output>{time}</output>
        </div>
    );
}

export function HourPicker({ begin, choose }: { begin: Date; choose: (begin: Date) => void }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const move = (hours: number) => (): void => choose(new Date(begin.getTime() + hours * kHourS * 1000));
    const day = dayOf(begin, shop.time_zone);
    return (
        <div className="hour-picker">
            <Button onClick={move(-1)} aria-label={t("paths.hour_before")}>
                <Icon name="back" />
            </Button>
            <input type="date" aria-label={t("paths.day")} value={day} onChange={(event) => event.target.value && choose(instantOf(event.target.value, shop.time_zone, hourOf(begin, shop.time_zone) * kHourS * 1000))} />
            <span>{moment(begin.toISOString(), language, shop.time_zone, "time")}</span>
            <Button onClick={move(1)} aria-label={t("paths.hour_after")}>
                <Icon name="next" />
            </Button>
        </div>
    );
}
