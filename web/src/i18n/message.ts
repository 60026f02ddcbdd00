// A message is a text with {names}, or one text for each plural form of {n}.
export type Plural = { one?: string; few?: string; many?: string; other: string };
export type Message = string | Plural;
export type Parameters = Record<string, string | number>;

export function isRightToFill(message: Message, language: string): boolean {
    if (typeof message === "string") return true;
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    return forms.every((form) => form in message);
}

/** Numbers are written as the language does; {n} chooses the plural form. */
export function fill(message: Message, language: string, parameters: Parameters = {}): string {
    let text: string;
    if (typeof message === "string") {
        text = message;
    } else {
        const form = new Intl.PluralRules(language).select(Number(parameters["n"]));
        text = message[form as keyof Plural] ?? message.other;
    }
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
        const value = parameters[name];
        if (value === undefined) return whole;
        return typeof value === "number" ? value.toLocaleString(language) : value;
    });
}
