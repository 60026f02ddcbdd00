// Who is signed in, in which language, for which shop: known to every page.
import { createContext, use } from "react";

import type { Language, Me, Role, ShopInfo } from "../api/types.ts";
import { fill, type Parameters } from "../i18n/message.ts";
import { en, type MessageKey } from "../i18n/en.ts";
import { ru } from "../i18n/ru.ts";

const kMessages = { en, ru };

export interface Words {
    language: Language;
    t: (key: MessageKey, parameters?: Parameters) => string;
    setLanguage: (language: Language) => void;
}

export function wordsIn(language: Language, setLanguage: (language: Language) => void): Words {
    return { language, setLanguage, t: (key, parameters) => fill(kMessages[language][key], language, parameters) };
}

export const WordsContext = createContext<Words | undefined>(undefined);

export function useWords(): Words {
    const words = use(WordsContext);
    if (!words) throw new Error("outside of WordsContext");
    return words;
}

export interface Session {
    me: Me;
    shop: ShopInfo;
    /** Milliseconds that the server's clock is ahead of the browser's. */
    clockAheadMs: number;
    setMe: (me: Me | undefined) => void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
    const session = use(SessionContext);
    if (!session) throw new Error("outside of SessionContext");
    return session;
}

/** Now by the server's clock, which stamped everything that is shown. */
export function serverNow(session: Session): Date {
    return new Date(Date.now() + session.clockAheadMs);
}

const kMay = {
    seeCounts: ["administrator", "manager", "analyst"],
    watch: ["administrator", "manager", "guard"],
    hearFacts: ["administrator", "manager", "analyst", "guard"],
    seeCameras: ["administrator", "manager", "analyst", "guard"],
    seeAlarms: ["administrator", "manager", "analyst", "guard"],
    acknowledge: ["administrator", "manager", "guard"],
    draw: ["administrator", "manager"],
    administer: ["administrator"],
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof kMay;

export function may(role: Role, right: Right): boolean {
    return (kMay[right] as readonly Role[]).includes(role);
}

const kLanguageKey = "vitrina.language";

/** As chosen in this browser, or as the browser prefers. */
export function firstLanguage(): Language {
    const saved = localStorage.getItem(kLanguageKey);
    if (saved === "en" || saved === "ru") return saved;
    return navigator.languages.some((name) => name.startsWith("ru")) ? "ru" : "en";
}

export function saveLanguage(language: Language): void {
    localStorage.setItem(kLanguageKey, language);
    document.documentElement.lang = language;
}
