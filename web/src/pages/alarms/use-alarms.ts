// Alarms as they come, and the sound that calls a guard to the screen.
import { useCallback, useEffect, useRef, useState } from "react";

import { api } from "../../api/api.ts";
import { listen } from "../../api/events.ts";
import type { Alarm } from "../../api/types.ts";
import { useResource, type Resource } from "../../app/resource.ts";

const kSoundKey = "vitrina.alarm-sound";

/** Two tones, the urgent ones higher. */
function beep(context: AudioContext, isUrgent: boolean): void {
    for (const [i, frequency] of (isUrgent ? [880, 1175] : [523, 659]).entries()) {
        const begin = context.currentTime + i * 0.22;
        const tone = context.createOscillator();
        const volume = context.createGain();
        tone.frequency.value = frequency;
        volume.gain.setValueAtTime(0.0001, begin);
        volume.gain.exponentialRampToValueAtTime(0.4, begin + 0.02);
        volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.2);
        tone.connect(volume).connect(context.destination);
        tone.start(begin);
        tone.stop(begin + 0.21);
    }
}

/** Browsers let a page be heard only after a click: the switch is that click, or it waits for the next one. */
export function useSound(): { on: boolean; toggle: () => void; play: (isUrgent: boolean) => void } {
    const [on, setOn] = useState(() => localStorage.getItem(kSoundKey) !== null);
    const context = useRef<AudioContext>(undefined);
    const play = useCallback((isUrgent: boolean) => {
        context.current ??= new AudioContext();
        void context.current.resume().then(() => {
            if (context.current) beep(context.current, isUrgent);
        });
    }, []);
    return {
        on,
        toggle: () => {
            if (on) localStorage.removeItem(kSoundKey);
            else localStorage.setItem(kSoundKey, "on");
            if (!on) play(false);
            setOn(!on);
        },
        play,
    };
}

/** Hears of each alarm that is raised, and, with `onChange`, that any of them may have changed. `calls`: that its sound
    calls somebody to the screen, also while another page is looked at. */
export function useRaised(calls: boolean, onRaised: (alarm: Alarm) => void, onChange?: () => void): void {
    const handlers = useRef({ onRaised, onChange });
    useEffect(() => {
        handlers.current = { onRaised, onChange };
    });
    useEffect(
        () =>
            listen("/api/alarms/live", {}, {
                event: "alarm",
                onData: (data) => {
                    const alarm = data as Alarm;
                    if (!alarm.ended && !alarm.acknowledged) handlers.current.onRaised(alarm);
                    handlers.current.onChange?.();
                },
                onOpen: () => handlers.current.onChange?.(),
                whenHidden: calls ? "listen" : "rest",
            }),
        [calls],
    );
}

/** All alarms, read again as they change; `calls` and `onRaised` as useRaised has them. */
export function useAlarms(calls: boolean, onRaised: (alarm: Alarm) => void): Resource<Alarm[]> {
    const alarms = useResource("alarms", (signal) => api.alarms(signal));
    useRaised(calls, onRaised, alarms.reload);
    return alarms;
}
