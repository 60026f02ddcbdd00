// Light, dark, or as the system has it: kept in this browser and set on <html> before the first paint.
export type Theme = "system" | "light" | "dark";

const kKey = "vitrina.theme";

export function savedTheme(): Theme {
    const value = localStorage.getItem(kKey);
    return value === "light" || value === "dark" ? value : "system";
}

export function applyTheme(theme: Theme): void {
    if (theme === "system") {
        delete document.documentElement.dataset["theme"];
        localStorage.removeItem(kKey);
    } else {
        document.documentElement.dataset["theme"] = theme;
        localStorage.setItem(kKey, theme);
    }
    window.dispatchEvent(new Event("vitrina-theme"));
}

/** The value that a colour token has now, for canvases and charts, which know no CSS variables. */
export function colourOf(token: string): string {
    const probe = document.createElement("span");
    probe.style.color = `var(${token})`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
}
