// Numbers, durations and moments as the language writes them, moments in the shop's time zone.
import type { Language } from "../api/types.ts";

const kUnits = {
    en: { s: "s", min: "min", h: "h", d: "d" },
    ru: { s: "с", min: "мин", h: "ч", d: "д" },
} as const;

/** "45 s", "4 min 20 s", "1 h 05 min", "2 d 3 h": two units at most. */
export function duration(seconds: number, language: Language): string {
    const unit = kUnits[language];
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 60) return `${whole} ${unit.s}`;
    const minutes = Math.floor(whole / 60);
    if (minutes < 60) return whole % 60 ? `${minutes} ${unit.min} ${whole % 60} ${unit.s}` : `${minutes} ${unit.min}`;
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return minutes % 60 ? `${hours} ${unit.h} ${minutes % 60} ${unit.min}` : `${hours} ${unit.h}`;
    const days = Math.floor(hours / 24);
    return hours % 24 ? `${days} ${unit.d} ${hours % 24} ${unit.h}` : `${days} ${unit.d}`;
}

export function number(value: number, language: Language, digits = 0): string {
    return value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Minor units as an amount with its currency; without one where it is not known. */
export function money(minor: number, currency: string, language: Language, digits = 2): string {
    const options: Intl.NumberFormatOptions = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    // Three letters are what Intl takes; anything else would be an error.
    if (/^[A-Z]{3}$/.test(currency)) Object.assign(options, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    return (minor / 100).toLocaleString(language, options);
}

/** "+12%", "−8%", "0%"; nothing when there is nothing to compare with. */
export function changeOf(now: number, before: number | undefined, language: Language): string | undefined {
    if (before === undefined || before === 0) return undefined;
    return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" }).format(now / before - 1);
}

export function moment(instant: string | Date, language: Language, timeZone: string, style: "time" | "seconds" | "day" | "full"): string {
    const options: Intl.DateTimeFormatOptions = { timeZone, hourCycle: "h23" };
    if (style !== "day") Object.assign(options, { hour: "2-digit", minute: "2-digit" });
    if (style === "seconds" || style === "full") options.second = "2-digit";
    if (style === "day" || style === "full") Object.assign(options, { day: "numeric", month: "short", year: "numeric" });
    return new Intl.DateTimeFormat(language === "en" ? "en-GB" : "ru", options).format(new Date(instant));
}
