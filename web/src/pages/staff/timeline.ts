// Where a day's stretches lie on a line of the day: pure figures, for the drawing and its tests.
import { kDoings, type Doing, type StaffMember, type StaffSpent } from "../../api/staff.ts";

export interface Hours {
    first: Date;
    last: Date;
}

export interface Bar {
    doing: Doing;
    /** Shares of the line. */
    left: number;
    width: number;
    from: string;
    to: string;
    place: string;
}

const kHourMs = 3_600_000;

/** From the full hour before the first of the members came to the full hour after the last was seen. */
export function hoursOfDay(members: readonly StaffMember[]): Hours | undefined {
    const stretches = members.flatMap((member) => member.stretches);
    if (stretches.length === 0) return undefined;
    const first = Math.min(...stretches.map((one) => Date.parse(one.from)));
    const last = Math.max(...stretches.map((one) => Date.parse(one.to)));
    return { first: new Date(Math.floor(first / kHourMs) * kHourMs), last: new Date(Math.ceil(last / kHourMs) * kHourMs) };
}

export function barsOf(member: StaffMember, { first, last }: Hours): Bar[] {
    const whole = last.getTime() - first.getTime();
    return member.stretches.map((one) => {
        const from = Date.parse(one.from) - first.getTime();
        return { doing: one.doing, left: from / whole, width: (Date.parse(one.to) - first.getTime() - from) / whole, from: one.from, to: one.to, place: one.place };
    });
}

/** Full hours of the line, as shares of it; every second or third one where there are many. */
export function ticksOf({ first, last }: Hours): { at: Date; share: number }[] {
    const hours = Math.round((last.getTime() - first.getTime()) / kHourMs);
    const step = Math.max(1, Math.ceil(hours / 8));
    const ticks = [];
    for (let hour = 0; hour <= hours; hour += step) ticks.push({ at: new Date(first.getTime() + hour * kHourMs), share: hour / hours });
    return ticks;
}

/** The parts of all that time, those that are there, in their order. */
export function partsOf(spent: StaffSpent): { doing: Doing; seconds: number; share: number }[] {
    const whole = kDoings.reduce((sum, doing) => sum + spent[`${doing}_s`], 0);
    if (whole <= 0) return [];
    return kDoings.map((doing) => ({ doing, seconds: spent[`${doing}_s`], share: spent[`${doing}_s`] / whole })).filter((part) => part.seconds > 0);
}

export function breakSeconds(member: StaffMember): number {
    return member.breaks.reduce((sum, one) => sum + (Date.parse(one.to) - Date.parse(one.from)) / 1000, 0);
}
