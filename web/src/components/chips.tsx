// A person, a zone and a camera's state, small and the same wherever they are named.
import type { CameraStatus, NoteName } from "../api/types.ts";
import { useWords } from "../app/session.tsx";
import { Icon } from "./icon.tsx";
import { zoneName } from "./zone-name.ts";
import { personColour, personLabel, zoneColour } from "../theme/colours.ts";

export function PersonChip({ person }: { person: number }) {
    return (
        <span className="chip">
            <span className="dot" style={{ background: personColour(person) }} />
            {personLabel(person)}
        </span>
    );
}

export function ZoneChip({ camera, zone }: { camera: string; zone: string }) {
    const { t } = useWords();
    return (
        <span className="chip">
            <span className="swatch" style={{ background: zoneColour(camera, zone) }} />
            {zoneName(zone, t)}
        </span>
    );
}

/** Beside a figure: what was wrong with the camera at that time. */
export function Notes({ notes }: { notes: readonly NoteName[] }) {
    const { t } = useWords();
    if (notes.length === 0) return null;
    const words = t("trouble.note", { troubles: notes.map((note) => t(`trouble.${note}`)).join(", ") });
    return (
        <span className="note" role="img" aria-label={words} title={words}>
            <Icon name="warning" />
        </span>
    );
}

export function StatusBadge({ status }: { status: CameraStatus }) {
    const { t } = useWords();
    return <span className={`status ${status}`}>{t(`status.${status}`)}</span>;
}
