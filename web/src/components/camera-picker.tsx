// Which camera a page shows, kept in its address.
import type { Camera } from "../api/types.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { useWords } from "../app/session.tsx";
import { Select } from "./controls.tsx";

export function useChosenCamera(cameras: readonly Camera[] | undefined): Camera | undefined {
    const { query } = useAddress();
    return cameras?.find((camera) => camera.id === query.get("camera")) ?? cameras?.[0];
}

export function CameraPicker({ cameras, chosen }: { cameras: readonly Camera[]; chosen: Camera }) {
    const { t } = useWords();
    return (
        <Select label={t("camera")} inline value={chosen.id} onChange={(event) => setQuery({ camera: event.target.value })}>
            {cameras.map((camera) => (
                <option key={camera.id} value={camera.id}>
                    {camera.name}
                </option>
            ))}
        </Select>
    );
}
