// The cameras: how each is doing, and, for administrators, which there are.
import { useEffect, useRef, useState } from "react";

import { api } from "../api/api.ts";
import type { Camera, CameraTrouble } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { Link, setQuery, useAddress } from "../app/router.tsx";
import { may, useSession, useWords } from "../app/session.tsx";
import { wordsOf } from "../components/camera-state.ts";
import { StatusBadge } from "../components/chips.tsx";
import { Button, Dialog } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { Empty, explain, Failure, Loaded, Problem, Skeleton } from "../components/states.tsx";
import { moment, number } from "../i18n/format.ts";
import { CameraForm } from "./cameras/camera-form.tsx";
import "./cameras.css";

const kEveryMs = 3000;

function Health({ camera }: { camera: Camera }) {
    const { t, language } = useWords();
    const rate = (value: number): string => t("per_second", { value: number(value, language, 1) });
    const ms = (value: number): string => t("milliseconds", { value: number(value, language) });
    const analysable = camera.decoded || 1;
    const rows: [string, string][] = [
        [t("health.picture"), camera.width ? `${camera.codec.toUpperCase()}, ${camera.width}×${camera.height}` : "–"],
        [t("health.frame_rate"), rate(camera.frame_rate)],
        [t("health.analysed_rate"), rate(camera.analysed_rate)],
        [t("health.skipped"), `${number(camera.skipped, language)} (${number((100 * camera.skipped) / analysable, language)} %)`],
        [t("health.bit_rate"), t("kilobits", { value: number(camera.bit_rate / 1000, language) })],
        [t("health.jitter"), ms(camera.jitter_ms)],
        [t("health.clock_drift"), ms(camera.clock_offset_ms)],
        ...(camera.plan_clock ? [[t("health.plan_clock"), t("health.plan_clock_value", { offset: number(camera.plan_clock.offset_ms, language), error: number(2 * camera.plan_clock.error_ms, language) })] as [string, string]] : []),
        [t("health.delay"), ms(camera.analysis_delay_ms_p95)],
        [t("health.damaged"), number(camera.damaged, language)],
        [t("health.reconnects"), number(camera.reconnects, language)],
    ];
    return (
        <dl className="health">
            {rows.map(([name, value]) => (
                <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            ))}
        </dl>
    );
}

function Thumbnail({ camera }: { camera: Camera }) {
    const { t } = useWords();
    const [unique] = useState(() => Date.now());
    // How much was analysed when there was none: with the next analysed picture it may be there.
    const [missingAt, setMissingAt] = useState<number>();
    if (missingAt === camera.analysed || (camera.decoded === 0 && !camera.simulated)) return <div className="thumbnail none">{t("camera.no_picture_yet")}</div>;
    return <img className="thumbnail" src={api.pictureAddress(camera.id, `${unique}-${camera.reconnects}-${missingAt ?? ""}`)} alt={t("camera.last_picture", { name: camera.name })} onError={() => setMissingAt(camera.analysed)} />;
}

/** "moved by 31 px to the right and 12 px up (4 % of the picture), turned by 2.5° clockwise" */
function Moved({ camera, trouble }: { camera: Camera; trouble: CameraTrouble }) {
    const { t, language } = useWords();
    const { move } = trouble;
    if (!move) return <>{t("trouble.other_view")}</>;
    const parts: string[] = [];
    const share = (100 * Math.hypot(move.dx_px, move.dy_px)) / Math.max(camera.width, 1);
    const px = (value: number): string => number(Math.abs(value), language);
    if (share >= 0.5) {
        const across = t(move.dx_px < 0 ? "trouble.left" : "trouble.right", { px: px(move.dx_px) });
        const along = t(move.dy_px < 0 ? "trouble.up" : "trouble.down", { px: px(move.dy_px) });
        parts.push(t("trouble.shifted", { across, along, share: number(share, language, 1) }));
    }
    if (Math.abs(move.rotation_deg) >= 0.3) parts.push(t(move.rotation_deg < 0 ? "trouble.turned_back" : "trouble.turned", { angle: number(Math.abs(move.rotation_deg), language, 1) }));
    if (Math.abs(move.zoom - 1) >= 0.02) parts.push(t("trouble.zoomed", { percent: number(100 * (move.zoom - 1), language, 1) }));
    return <>{parts.join(", ")}</>;
}

function Troubles({ camera, onChanged }: { camera: Camera; onChanged: () => void }) {
    const { t, language } = useWords();
    const { me, shop } = useSession();
    const time = (instant: string): string => moment(instant, language, shop.time_zone, "full");
    const [problem, setProblem] = useState<string>();
    function accept(): void {
        api.acceptView(camera.id).then(onChanged, (failure: unknown) => setProblem(explain(failure as Error, t)));
    }
    return (
        <>
            {camera.troubles.map((trouble) => (
                <div key={trouble.trouble} className="notice caution trouble">
                    <Icon name="warning" />
                    <span>
                        <strong>{t(`trouble.${trouble.trouble}`)}</strong> {t("trouble.since", { time: time(trouble.since) })}
                        {trouble.trouble === "moved" && (
                            <>
                                : <Moved camera={camera} trouble={trouble} />
                            </>
                        )}
                        . {t(`trouble.${trouble.trouble}.todo`)}
                    </span>
                    {trouble.trouble === "moved" && may(me.user.role, "draw") && <Button onClick={accept}>{t("trouble.accept_view")}</Button>}
                </div>
            ))}
            <Problem>{problem}</Problem>
        </>
    );
}

function StateNotice({ camera }: { camera: Camera }) {
    const { state, reason } = wordsOf(camera, useWords());
    // That it is paused says its badge.
    const told = [camera.status === "paused" ? "" : state, reason].filter((part) => part !== "");
    if (told.length === 0) return null;
    return (
        <p className={`notice ${camera.status === "alarm" ? "urgent" : "caution"}`}>
            <Icon name="warning" />
            <span>{told.join(": ")}</span>
        </p>
    );
}

type Asked = { what: "edit" | "remove"; camera: Camera } | { what: "add" };

function CameraCard({ camera, isMeant, ask, onChanged }: { camera: Camera; isMeant: boolean; ask: (asked: Asked) => void; onChanged: () => void }) {
    const { t } = useWords();
    const { me } = useSession();
    const [problem, setProblem] = useState<string>();
    const administers = may(me.user.role, "administer");
    const card = useRef<HTMLElement>(null);
    useEffect(() => {
        if (isMeant) card.current?.scrollIntoView({ block: "center" });
    }, [isMeant]);

    async function setPaused(paused: boolean): Promise<void> {
        try {
            await api.changeCamera(camera.id, { paused });
            setProblem(undefined);
            onChanged();
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
    }

    return (
        <article ref={card} className={isMeant ? "card camera meant" : "card camera"} aria-label={camera.name}>
            {may(me.user.role, "watch") && <Thumbnail camera={camera} />}
            <div>
                <header>
                    <h2>{camera.name}</h2>
                    <StatusBadge status={camera.status} />
                    {camera.status === "live" && <span className="soft">{t("n_people", { n: camera.people })}</span>}
                </header>
                <p className="soft address">
                    {camera.address} {camera.has_password && <small>{t("camera.has_password")}</small>}
                </p>
                <StateNotice camera={camera} />
                <Troubles camera={camera} onChanged={onChanged} />
                {camera.simulated ? <p className="hint">{t("simulated.camera")}</p> : <Health camera={camera} />}
                <Problem>{problem}</Problem>
                {camera.read_only && !camera.simulated && <p className="hint">{t("camera.read_only")}</p>}
                <div className="actions">
                    {may(me.user.role, "draw") && (
                        <Link className="button quiet spread" href={`/layout?camera=${encodeURIComponent(camera.id)}`}>
                            {t("camera.to_layout")}
                        </Link>
                    )}
                    {administers && !camera.read_only && (
                        <>
                            <Button onClick={() => void setPaused(!camera.paused)}>{t(camera.paused ? "camera.resume" : "camera.pause")}</Button>
                            <Button onClick={() => ask({ what: "edit", camera })}>{t("edit")}</Button>
                            <Button look="danger" onClick={() => ask({ what: "remove", camera })}>
                                {t("remove")}
                            </Button>
                        </>
                    )}
                </div>
            </div>
        </article>
    );
}

function RemoveDialog({ camera, onClose, onRemoved }: { camera: Camera; onClose: () => void; onRemoved: () => void }) {
    const { t } = useWords();
    const [error, setError] = useState<Error>();
    const [busy, setBusy] = useState(false);
    function remove(): void {
        setBusy(true);
        api.removeCamera(camera.id).then(onRemoved, (failure: unknown) => {
            setError(failure as Error);
            setBusy(false);
        });
    }
    return (
        <Dialog title={t("camera.remove_question", { name: camera.name })} onClose={onClose}>
            <p>{t("camera.remove_meaning")}</p>
            {error && <Failure error={error} />}
            <div className="actions">
                <Button onClick={onClose}>{t("cancel")}</Button>
                <Button look="danger" busy={busy} onClick={remove}>
                    {t("remove")}
                </Button>
            </div>
        </Dialog>
    );
}

export default function CamerasPage() {
    const { t } = useWords();
    const { me, shop } = useSession();
    const { query } = useAddress();
    const cameras = useResource("cameras", (signal) => api.cameras(signal), kEveryMs);
    const [asked, ask] = useState<Asked | undefined>(query.has("add") ? { what: "add" } : undefined);
    const administers = may(me.user.role, "administer") && !shop.simulated;
    const close = (): void => {
        ask(undefined);
        setQuery({ add: undefined });
    };
    const done = (): void => {
        close();
        cameras.reload();
    };
    return (
        <>
            <header className="page-head">
                <h1>{t("nav.cameras")}</h1>
                {administers && (
                    <Button look="main" onClick={() => ask({ what: "add" })}>
                        <Icon name="plus" /> {t("add_camera")}
                    </Button>
                )}
            </header>
            <Loaded resource={cameras} skeleton={<Skeleton height="260px" />}>
                {(list) =>
                    list.length === 0 ? (
                        <Empty title={t("no_cameras")}>
                            <p>{t("no_cameras_hint")}</p>
                        </Empty>
                    ) : (
                        <div className="camera-list">
                            {list.map((camera) => (
                                <CameraCard key={camera.id} camera={camera} isMeant={list.length > 1 && camera.id === query.get("camera")} ask={ask} onChanged={cameras.reload} />
                            ))}
                        </div>
                    )
                }
            </Loaded>
            {administers && asked?.what === "add" && (
                <Dialog title={t("add_camera")} onClose={close}>
                    <CameraForm onSaved={done} onCancel={close} />
                </Dialog>
            )}
            {asked?.what === "edit" && (
                <Dialog title={asked.camera.name} onClose={close}>
                    <CameraForm known={asked.camera} onSaved={done} onCancel={close} />
                </Dialog>
            )}
            {asked?.what === "remove" && <RemoveDialog camera={asked.camera} onClose={close} onRemoved={done} />}
        </>
    );
}
