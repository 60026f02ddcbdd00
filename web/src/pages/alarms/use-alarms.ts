// Alarms as they come, and the sound that calls a guard to the screen.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

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
export interface Sound {
    on: boolean;
    toggle: () => void;
    play: (isUrgent: boolean) => void;
}

export function useSound(): Sound {
    const [on, setOn] = useState(() => localStorage.getItem(kSoundKey) !== null);
    const context = useRef<AudioContext>(undefined);
    const play = useCallback((isUrgent: boolean) => {
        context.current ??= new AudioContext();
        void context.current.resume().then(() => {
            if (context.current) beep(context.current, isUrgent);
        });
    }, []);
    return useMemo(
        () => ({
            on,
            toggle: () => {
                if (on) localStorage.removeItem(kSoundKey);
                else localStorage.setItem(kSoundKey, "on");
                if (!on) play(false);
                setOn(!on);
            },
            play,
        }),
        [on, play],
    );
}

/** Hears of each alarm that is raised, and that any of them may have changed. `calls`: that its sound
    calls somebody to the screen, also while another page is looked at. */
function useRaised(mayHear: boolean, calls: boolean, onRaised: (alarm: Alarm) => void, onChange: () => void): void {
    const handlers = useRef({ onRaised, onChange });
    /** By alarm, when it was passed on: it calls once, and once more then, not with each note. */
    const called = useRef(new Map<number, string | null>());
    useEffect(() => {
        handlers.current = { onRaised, onChange };
    });
    useEffect(() => {
        if (!mayHear) return;
        return listen("/api/alarms/live", {}, {
            event: "alarm",
            onData: (data) => {
                const alarm = data as Alarm;
                if (alarm.ended || alarm.acknowledged) called.current.delete(alarm.id);
                else if (called.current.get(alarm.id) !== alarm.escalated) {
                    // Of one from before this page a note is the first that is heard.
                    const isNews = called.current.has(alarm.id) || alarm.notes.length === 0;
                    called.current.set(alarm.id, alarm.escalated);
                    if (isNews) handlers.current.onRaised(alarm);
                }
                handlers.current.onChange();
            },
            onOpen: () => handlers.current.onChange(),
            whenHidden: calls ? "listen" : "rest",
        });
    }, [mayHear, calls]);
}

/** All alarms, read again as they change, for who may see them; `calls` and `onRaised` as useRaised has them. */
export function useAlarms(mayHear: boolean, calls: boolean, onRaised: (alarm: Alarm) => void): Resource<Alarm[]> {
    const { data, error, loading, reload } = useResource(mayHear ? "alarms" : null, (signal) => api.alarms(signal));
    useRaised(mayHear, calls, onRaised, reload);
    return useMemo(() => ({ data, error, loading, reload }), [data, error, loading, reload]);
}
