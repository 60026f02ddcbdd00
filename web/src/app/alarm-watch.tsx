// Alarms on every page: how many wait beside the way to them, the newest across the top, and the sound that calls.
import { createContext, use, useMemo, useState, type ReactNode } from "react";

import { api } from "../api/api.ts";
import type { Alarm } from "../api/types.ts";
import { cameraName } from "../components/camera-name.ts";
import { Button } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { placeOf } from "../pages/alarms/sentence.ts";
import { waiting } from "../pages/alarms/todo.ts";
import { useAlarms, useSound, type Sound } from "../pages/alarms/use-alarms.ts";
import { useResource, type Resource } from "./resource.ts";
import { Link, useAddress } from "./router.tsx";
import { may, useSession, useWords } from "./session.tsx";

interface AlarmWatch {
    alarms: Resource<Alarm[]>;
    sound: Sound;
    /** The one that was raised last, until somebody has seen it. */
    raised: Alarm | undefined;
    dismiss: () => void;
}

const AlarmContext = createContext<AlarmWatch | undefined>(undefined);

export function useAlarmWatch(): AlarmWatch {
    const watch = use(AlarmContext);
    if (!watch) throw new Error("outside of AlarmContext");
    return watch;
}

/** Listens once for all pages, for who may see alarms. */
export function AlarmWatchProvider({ children }: { children: ReactNode }) {
    const { me } = useSession();
    const sound = useSound();
    const [raised, setRaised] = useState<Alarm>();
    const mayHear = may(me.user.role, "seeAlarms");
    const alarms = useAlarms(mayHear, sound.on, (alarm) => {
        setRaised(alarm);
        if (sound.on) sound.play(alarm.severity === "urgent");
    });
    const watch = useMemo(() => ({ alarms, sound, raised, dismiss: () => setRaised(undefined) }), [alarms, sound, raised]);
    return <AlarmContext value={watch}>{children}</AlarmContext>;
}

/** How many alarms wait for somebody; nothing where none does. */
export function AlarmBadge() {
    const { t } = useWords();
    const { alarms } = useAlarmWatch();
    const open = waiting(alarms.data ?? []);
    if (open.length === 0) return null;
    const isUrgent = open.some((alarm) => alarm.severity === "urgent");
    return (
        <span className={isUrgent ? "alarm-badge urgent" : "alarm-badge"} role="img" aria-label={t("alarms.waiting", { n: open.length })}>
            {open.length}
        </span>
    );
}

/** The newest alarm, on every page but the one that has all of them. */
export function AlarmBanner() {
    const { t } = useWords();
    const { path } = useAddress();
    const { alarms, raised, dismiss } = useAlarmWatch();
    const current = alarms.data?.find((alarm) => alarm.id === raised?.id) ?? raised;
    const isShown = current !== undefined && !current.acknowledged && !current.ended && !path.startsWith("/alarms");
    const cameras = useResource(isShown ? "cameras" : null, (signal) => api.cameras(signal)).data ?? [];
    return (
        <div role="alert" className="alarm-banner-place no-print">
            {isShown && (
                <p className={`notice ${current.severity === "urgent" ? "urgent" : "caution"} alarm-banner`}>
                    <Icon name="alarms" />
                    <strong>{current.rule_name}</strong>
                    <span>{[placeOf(current, { t }), cameraName(cameras, current.camera, t)].filter(Boolean).join(", ")}</span>
                    <Link href={current.match === null ? `/alarms?alarm=${current.id}` : "/watchlist"} onClick={dismiss}>
                        {t("today.look")}
                    </Link>
                    <Button look="quiet" onClick={dismiss}>
                        {t("alarms.dismiss")}
                    </Button>
                </p>
            )}
        </div>
    );
}
