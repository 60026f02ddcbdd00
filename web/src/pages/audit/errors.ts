// What is said of an audited count, as numbers to show.
import type { AuditClip, AuditPlace, CountError } from "../../api/types.ts";

/** Error and interval in percent of the truth, positive where too many were counted. */
export interface Percent {
    error: number;
    low: number;
    high: number;
}

export function percentOf(error: CountError | null | undefined): Percent | undefined {
    if (!error || error.share === null || error.share_low === null || error.share_high === null) return undefined;
    return { error: 100 * error.share, low: 100 * error.share_low, high: 100 * error.share_high };
}

/** "+3 %", "−12 %", "0 %": of what was too many or too few. */
export function signed(percent: number, format: (value: number) => string): string {
    const rounded = Math.round(percent);
    if (rounded === 0) return "0";
    return `${rounded > 0 ? "+" : "−"}${format(Math.abs(rounded))}`;
}

/** Of clips that can be answered, the next after `after` without an answer; from the beginning where none follows. */
export function nextUnanswered(clips: readonly AuditClip[], after: number | undefined): AuditClip | undefined {
    const open = (clip: AuditClip): boolean => clip.frames > 0 && clip.answer.in === null && !clip.answer.unclear;
    const at = clips.findIndex((clip) => clip.id === after);
    return clips.slice(at + 1).find(open) ?? clips.find(open);
}

/** How far one is, of the clips whose pictures are there or that were answered. */
export function progressOf(clips: readonly AuditClip[]): { done: number; all: number } {
    const done = clips.filter((clip) => clip.answer.in !== null || clip.answer.unclear).length;
    const open = clips.filter((clip) => clip.frames > 0 && clip.answer.in === null && !clip.answer.unclear).length;
    return { done, all: done + open };
}

/** The newest error of a line or zone. */
export function errorOf(errors: readonly AuditPlace[], camera: string, kind: AuditPlace["kind"], place: string): AuditPlace | undefined {
    return errors.find((one) => one.camera === camera && one.kind === kind && one.place === place);
}
