// What a zone is called: those that nobody drew have names of the program's own.
import type { useWords } from "../app/session.tsx";

export function zoneName(zone: string, t: ReturnType<typeof useWords>["t"]): string {
    if (zone === "picture") return t("whole_picture");
    return zone === "floor" ? t("whole_floor") : zone;
}
