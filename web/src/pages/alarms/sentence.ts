// A rule as a sentence, in the language of the reader.
import { kTroubles, type Alarm, type Hours, type Language, type RuleInput } from "../../api/types.ts";
import type { Words } from "../../app/session.tsx";
import { duration } from "../../i18n/format.ts";

interface Names {
    camera: (id: string) => string;
    channel: (id: number) => string;
}

const kMonday = new Date("2024-01-01T12:00:00Z");

export function weekday(day: number, language: Language): string {
    const date = new Date(kMonday.getTime() + (day - 1) * 86_400_000);
    return new Intl.DateTimeFormat(language === "en" ? "en-GB" : "ru", { weekday: "short", timeZone: "UTC" }).format(date);
}

function hoursText(hours: Hours, { t, language }: Words): string[] {
    const parts: string[] = [];
    if (hours.from !== hours.to) parts.push(t("sentence.hours", { from: hours.from, to: hours.to }));
    if (hours.weekdays.length < 7) parts.push(t("sentence.days", { days: hours.weekdays.map((day) => weekday(day, language)).join(", ") }));
    return parts;
}

/** What is wrong with a camera's picture, by the place of a rule or an alarm about it. */
function troubleName(place: string, { t }: Pick<Words, "t">): string {
    const known = kTroubles.find((trouble) => trouble === place);
    return known ? t(`trouble.${known}`) : place || t("trouble.any");
}

/** Where it is, or what is wrong with the picture there. */
export function placeOf(alarm: Pick<Alarm, "measure" | "place">, words: Pick<Words, "t">): string {
    return alarm.measure === "camera_trouble_s" ? troubleName(alarm.place, words) : alarm.place;
}

export function sentenceOf(rule: RuleInput, words: Words, names: Names): string {
    const { t, language } = words;
    const time = (seconds: number): string => duration(seconds, language);
    const place = rule.place ? t("sentence.zone", { zone: rule.place }) : t("sentence.any_zone");
    const camera = rule.camera ? t("sentence.camera", { camera: names.camera(rule.camera) }) : t("sentence.any_camera");
    const condition = [t(`sentence.${rule.measure}.${rule.above ? "above" : "below"}`, { n: rule.limit, place, camera, time: time(rule.limit), trouble: troubleName(rule.place, words) })];
    if (rule.lasting_s > 0) condition.push(t("sentence.lasting", { time: time(rule.lasting_s) }));
    condition.push(...hoursText(rule.hours, words));
    const channels = (ids: number[]): string => ids.map((id) => names.channel(id)).join(", ");
    const told = [rule.channels.length > 0 ? t("sentence.tell", { channels: channels(rule.channels) }) : t("sentence.screen")];
    if (rule.escalate_after_s > 0 && rule.escalate_to.length > 0) {
        told.push(t("sentence.escalate", { time: time(rule.escalate_after_s), channels: channels(rule.escalate_to) }));
    }
    return `${condition.join(" ")}: ${told.join("; ")}.`;
}
