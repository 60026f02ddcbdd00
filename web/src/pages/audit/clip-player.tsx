// A clip as moving pictures, with the line or zone drawn over it; it stops at its end, where people in a zone are counted.
import { useEffect, useMemo, useRef, useState } from "react";

import { api } from "../../api/api.ts";
import type { AuditClip, Point } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { Button } from "../../components/controls.tsx";

const kPicturesASecond = 5;

function Drawing({ clip }: { clip: AuditClip }) {
    const { points, in: arrow } = clip.drawing;
    const text = (list: readonly Point[]): string => list.map(([x, y]) => `${100 * x},${100 * y}`).join(" ");
    const middle: Point | undefined = points.length === 2 && points[0] && points[1] ? [(points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2] : undefined;
    return (
        <svg className="clip-drawing" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            {clip.kind === "stay" ? <polygon points={text(points)} /> : <polyline points={text(points)} />}
            {middle && arrow && <polyline className="arrow" points={text([middle, arrow])} />}
            {arrow && <circle cx={100 * arrow[0]} cy={100 * arrow[1]} r="1.4" />}
        </svg>
    );
}

export function ClipPlayer({ clip }: { clip: AuditClip }) {
    const { t } = useWords();
    const addresses = useMemo(() => Array.from({ length: clip.frames }, (_, n) => api.auditFrameAddress(clip.id, n)), [clip.id, clip.frames]);
    const [at, setAt] = useState(0);
    const [plays, setPlays] = useState(true);
    const pictures = useRef<HTMLImageElement[]>([]);
    useEffect(() => {
        // All of them at once, so that it doesn't stutter.
        pictures.current = addresses.map((address) => {
            const picture = new Image();
            picture.src = address;
            return picture;
        });
        return () => {
            for (const picture of pictures.current) picture.src = "";
        };
    }, [addresses]);
    useEffect(() => {
        if (!plays) return;
        const timer = window.setInterval(() => {
            setAt((now) => {
                if (now + 1 >= addresses.length) {
                    setPlays(false);
                    return now;
                }
                // Waits for the next picture rather than leaving it out.
                return pictures.current[now + 1]?.complete ? now + 1 : now;
            });
        }, 1000 / kPicturesASecond);
        return () => window.clearInterval(timer);
    }, [plays, addresses]);
    if (clip.frames === 0) return <p className="empty soft">{t("audit.gone")}</p>;
    const isOver = at + 1 >= addresses.length;
    return (
        <div className="clip">
            <div className="clip-picture">
                <img src={addresses[at]} alt={t("audit.picture", { n: at + 1, all: addresses.length })} />
                <Drawing clip={clip} />
            </div>
            <div className="clip-keys">
                <Button
                    onClick={() => {
                        if (isOver) setAt(0);
                        setPlays(!plays || isOver);
                    }}
                >
                    {plays && !isOver ? t("audit.pause") : isOver ? t("audit.again") : t("audit.play")}
                </Button>
                <input
                    type="range"
                    min={0}
                    max={addresses.length - 1}
                    value={at}
                    aria-label={t("audit.where")}
                    onChange={(event) => {
                        setPlays(false);
                        setAt(Number(event.target.value));
                    }}
                />
            </div>
        </div>
    );
}
