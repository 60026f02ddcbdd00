// Days of the shop: where they begin in its time zone, whatever the browser's own is.

/** A day of the calendar, "2026-11-23": the shop's day that is called so. */
export type Day = string;

const kMinuteMs = 60_000;
const kDayMs = 24 * 60 * kMinuteMs;

// One shop is shown at a time: another is another load of the page.
let dayBeginsMs = 0;

/** When the days of the shop that is shown begin by its clock: "00:00", later where it is open past midnight. */
export function setDayBegins(time: string): void {
    const [hours = 0, minutes = 0] = time.split(":").map(Number);
    dayBeginsMs = (hours * 60 + minutes) * kMinuteMs;
}

function fieldsOf(instant: Date, timeZone: string) {
    const parts = new Intl.DateTimeFormat("en-CA", {
        timeZone,
        hourCycle: "h23",
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
    }).formatToParts(instant);
    const field = (type: string) => Number(parts.find((part) => part.type === type)?.value);
    return { year: field("year"), month: field("month"), day: field("day"), hour: field("hour"), minute: field("minute"), second: field("second") };
}

/** Milliseconds that the zone's clocks are ahead of UTC at the instant. */
function offsetMs(instant: Date, timeZone: string): number {
    const f = fieldsOf(instant, timeZone);
    const shown = Date.UTC(f.year, f.month - 1, f.day, f.hour, f.minute, f.second);
    return shown - Math.floor(instant.getTime() / 1000) * 1000;
}

export function dayOf(instant: Date, timeZone: string): Day {
    return new Date(instant.getTime() + offsetMs(instant, timeZone) - dayBeginsMs).toISOString().slice(0, 10);
}

export function hourOf(instant: Date, timeZone: string): number {
    return fieldsOf(instant, timeZone).hour;
}

export function isDay(text: string | null | undefined): text is Day {
    if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
    const instant = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}

export function addDays(day: Day, days: number): Day {
    const instant = new Date(`${day}T00:00:00Z`);
    instant.setUTCDate(instant.getUTCDate() + days);
    return instant.toISOString().slice(0, 10);
}

/** When the clocks show this time in that day of the shop; without it, when that begins. Where they leap over it, the
    moment of the leap. */
export function instantOf(day: Day, timeZone: string, msOfDay = dayBeginsMs): Date {
    const isNextDate = msOfDay < dayBeginsMs;
    const shown = new Date(`${day}T00:00:00Z`).getTime() + msOfDay + (isNextDate ? kDayMs : 0);
    // The offset at the wanted moment is known only once the moment is; the second guess is right except within a leap.
    const guess = shown - offsetMs(new Date(shown), timeZone);
    return new Date(shown - offsetMs(new Date(guess), timeZone));
}

/** The same time of day, some days before. */
export function daysBefore(instant: Date, days: number, timeZone: string): Date {
    const day = dayOf(instant, timeZone);
    const f = fieldsOf(instant, timeZone);
    const msOfDay = ((f.hour * 60 + f.minute) * 60 + f.second) * 1000 + instant.getMilliseconds();
    return instantOf(addDays(day, -days), timeZone, msOfDay);
}
