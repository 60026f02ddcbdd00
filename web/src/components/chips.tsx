// A person, a zone and a camera's state, small and the same wherever they are named.
import type { CameraStatus } from "../api/types.ts";
import { useWords } from "../app/session.tsx";
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
            {zone === "picture" ? t("whole_picture") : zone}
        </span>
    );
}

export function StatusBadge({ status }: { status: CameraStatus }) {
    const { t } = useWords();
    return <span className={`status ${status}`}>{t(`status.${status}`)}</span>;
}
