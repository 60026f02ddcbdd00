// What surrounds every page: the way to the others, banners of a lost connection and of alarms, the list of keys.
import { useCallback, useState, useSyncExternalStore, type ReactNode } from "react";

import { connection } from "../api/connection.ts";
import { siteBase } from "../api/site.ts";
import type { ShopInfo } from "../api/types.ts";
import { Button, Dialog } from "../components/controls.tsx";
import { Icon, type IconName } from "../components/icon.tsx";
import { periodPart } from "../components/period-picker.tsx";
import { Problem } from "../components/states.tsx";
import type { MessageKey } from "../i18n/en.ts";
import { AlarmBadge, AlarmBanner, AlarmWatchProvider } from "./alarm-watch.tsx";
import { usePageKeys } from "./keys.ts";
import { splitForPhone } from "./phone-bar.ts";
import { Link, navigate, useAddress } from "./router.tsx";
import { may, useSession, useWords, type Right } from "./session.tsx";
import { useSignOut } from "./sign-out.ts";

interface Place {
    path: string;
    name: MessageKey;
    icon: IconName;
    right?: Right;
    key: string;
    hasPeriod?: boolean;
    onFloor?: boolean;
}

const kPlaces: readonly Place[] = [
    { path: "/today", name: "nav.today", icon: "today", key: "t", onFloor: true },
    { path: "/live", name: "nav.live", icon: "live", right: "watch", key: "l", onFloor: true },
    { path: "/visits", name: "nav.visits", icon: "visits", right: "seeCounts", key: "v", hasPeriod: true },
    { path: "/heat", name: "nav.heat", icon: "heat", right: "seeCounts", key: "h", hasPeriod: true },
    { path: "/space", name: "nav.space", icon: "space", right: "seeCounts", key: "e", hasPeriod: true },
    { path: "/queues", name: "nav.queues", icon: "queues", right: "seeCounts", key: "q", hasPeriod: true, onFloor: true },
    { path: "/staff", name: "nav.staff", icon: "staff", right: "seeCounts", key: "f", hasPeriod: true },
    { path: "/goods", name: "nav.goods", icon: "goods", right: "seeCounts", key: "d", hasPeriod: true },
    { path: "/buyers", name: "nav.buyers", icon: "buyers", right: "seeCounts", key: "b" },
    { path: "/campaigns", name: "nav.campaigns", icon: "campaigns", right: "seeCounts", key: "m" },
    { path: "/reports", name: "nav.reports", icon: "reports", right: "seeCounts", key: "n" },
    { path: "/people", name: "nav.people", icon: "person", right: "draw", key: "o" },
    { path: "/teach", name: "nav.teach", icon: "teach", right: "draw", key: "k" },
    { path: "/alarms", name: "nav.alarms", icon: "alarms", right: "seeAlarms", key: "a", onFloor: true },
    { path: "/watchlist", name: "nav.watchlist", icon: "watchlist", right: "watch", key: "w" },
    { path: "/privacy", name: "nav.privacy", icon: "privacy", right: "draw", key: "r" },
    { path: "/plan", name: "nav.plan", icon: "plan", right: "seeCameras", key: "p" },
    { path: "/layout", name: "nav.layout", icon: "layout", right: "draw", key: "y" },
    { path: "/audit", name: "nav.audit", icon: "audit", right: "draw", key: "u" },
    { path: "/cameras", name: "nav.cameras", icon: "cameras", right: "seeCameras", key: "c" },
    { path: "/settings", name: "nav.settings", icon: "settings", key: "s" },
];

function useKeys(places: readonly Place[], showKeys: () => void): void {
    usePageKeys((event, leads) => {
        if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return showKeys();
        // By its place on the keyboard, which is the same in Russian.
        const place = places.find((candidate) => event.code === `Key${candidate.key.toUpperCase()}`);
        if (place && leads) {
            event.preventDefault();
            navigate(place.path);
        }
    });
}

function KeyList({ places, onClose }: { places: readonly Place[]; onClose: () => void }) {
    const { t } = useWords();
    const drawing: [string, MessageKey][] = [
        ["V / Z / L", "keys.tools"],
        ["W / D / F / C", "keys.building"],
        ["Ctrl Z / Ctrl Y", "keys.undo"],
        ["← ↑ → ↓", "keys.move"],
        ["← ↑ → ↓, Enter", "keys.place"],
        ["Tab", "keys.corner"],
        ["Delete", "keys.delete"],
        ["Esc", "keys.escape"],
        ["+ / −", "keys.zoom"],
    ];
    return (
        <Dialog title={t("keys")} onClose={onClose}>
            <dl className="keys">
                {places.map((place) => (
                    <div key={place.path}>
                        <dt>
                            <kbd>g</kbd> <kbd>{place.key}</kbd>
                        </dt>
                        <dd>{t(place.name)}</dd>
                    </div>
                ))}
                <div>
                    <dt>
                        <kbd>←</kbd> <kbd>→</kbd> <kbd>F</kbd>
                    </dt>
                    <dd>{t("keys.live")}</dd>
                </div>
                <div>
                    <dt>
                        <kbd>?</kbd>
                    </dt>
                    <dd>{t("keys.this")}</dd>
                </div>
            </dl>
            <h3>{t("keys.drawing")}</h3>
            <dl className="keys">
                {drawing.map(([key, name]) => (
                    <div key={key}>
                        <dt>
                            <kbd>{key}</kbd>
                        </dt>
                        <dd>{t(name)}</dd>
                    </div>
                ))}
            </dl>
        </Dialog>
    );
}

export function ConnectionBanner() {
    const { t } = useWords();
    const lost = useSyncExternalStore(connection.subscribe, connection.isLost);
    return (
        <div role="status" className="banner-place">
            {lost && (
                <p className="banner">
                    <Icon name="warning" /> {t("connection_lost")}
                </p>
            )}
        </div>
    );
}

/** The shops of this server, each with a page that is loaded anew. */
function Sites({ shop }: { shop: ShopInfo }) {
    const { t } = useWords();
    if (shop.sites.length < 2) return null;
    return (
        <ul className="sites" aria-label={t("sites")}>
            {shop.sites.map((site) => (
                <li key={site.path}>
                    <a href={`${site.path}/today`} aria-current={site.path === siteBase() ? "true" : undefined}>
                        <span>{site.name}</span>
                        {site.simulated && <small className="simulated-badge">{t("simulated")}</small>}
                    </a>
                </li>
            ))}
        </ul>
    );
}

/** On every page of a simulated shop, and on paper. */
function SimulatedBanner({ shop }: { shop: ShopInfo }) {
    const { t } = useWords();
    if (!shop.simulated) return null;
    const made = shop.simulation;
    return (
        <p className="simulated-banner" role="note">
            <strong className="simulated-badge">{t("simulated")}</strong>
            <span>{t("simulated.banner")}</span>
            {made && !made.live && <span role="status">{t("simulated.progress", { done: made.done, days: made.days })}</span>}
        </p>
    );
}

/** As in shell.css, where the list at the side becomes the bar at the bottom. */
const kPhone = window.matchMedia("(max-width: 720px)");

function useIsPhone(): boolean {
    return useSyncExternalStore(
        (listener) => {
            kPhone.addEventListener("change", listener);
            return () => kPhone.removeEventListener("change", listener);
        },
        () => kPhone.matches,
    );
}

function PlaceLinks({ places, onFollow }: { places: readonly Place[]; onFollow?: () => void }) {
    const { t } = useWords();
    const { path, query } = useAddress();
    return places.map((place) => (
        <li key={place.path}>
            <Link href={place.path + (place.hasPeriod ? periodPart(query) : "")} aria-current={path.startsWith(place.path) ? "page" : undefined} onClick={onFollow}>
                <Icon name={place.icon} />
                <span>{t(place.name)}</span>
                {place.path === "/alarms" && <AlarmBadge />}
            </Link>
        </li>
    ));
}

/** The pages that have no place in the bar of a phone, in a sheet. */
function More({ places }: { places: readonly Place[] }) {
    const { t } = useWords();
    const { path } = useAddress();
    const [shown, setShown] = useState(false);
    const close = useCallback(() => setShown(false), []);
    return (
        <li>
            <button type="button" aria-haspopup="dialog" aria-expanded={shown} aria-current={places.some((place) => path.startsWith(place.path)) || undefined} onClick={() => setShown(true)}>
                <Icon name="more" />
                <span>{t("nav.more")}</span>
            </button>
            {shown && (
                <Dialog title={t("nav.more_pages")} onClose={close}>
                    <ul className="more-pages">
                        <PlaceLinks places={places} onFollow={close} />
                    </ul>
                </Dialog>
            )}
        </li>
    );
}

export function Shell({ children }: { children: ReactNode }) {
    return (
        <AlarmWatchProvider>
            <Surroundings>{children}</Surroundings>
        </AlarmWatchProvider>
    );
}

function Surroundings({ children }: { children: ReactNode }) {
    const { t } = useWords();
    const { me, shop } = useSession();
    const { problem, signOut } = useSignOut();
    const [keysShown, setKeysShown] = useState(false);
    const [showKeys] = useState(() => () => setKeysShown(true));
    const [places] = useState(() => kPlaces.filter((place) => !place.right || may(me.user.role, place.right)));
    useKeys(places, showKeys);
    const isPhone = useIsPhone();
    const { bar, more } = isPhone ? splitForPhone(places) : { bar: places, more: [] };

    return (
        <div className="shell">
            <a className="skip" href="#main">
                {t("skip_to_page")}
            </a>
            <nav className="side no-print" aria-label={t("nav")}>
                <p className="brand">
                    <img src="/icon.svg" alt="" width="24" height="24" />
                    <span>{shop.name}</span>
                </p>
                <Sites shop={shop} />
                <ul>
                    <PlaceLinks places={bar} />
                    {more.length > 0 && <More places={more} />}
                </ul>
                <div className="who">
                    <p title={t(`role.${me.user.role}`)}>
                        {me.user.name}
                        <small>{t(`role.${me.user.role}`)}</small>
                    </p>
                    <Problem>{problem}</Problem>
                    <Button look="quiet" onClick={() => void signOut("here")}>
                        {t("sign_out")}
                    </Button>
                    <Button look="quiet" aria-label={t("keys")} onClick={showKeys}>
                        ?
                    </Button>
                </div>
            </nav>
            <main id="main" tabIndex={-1}>
                <ConnectionBanner />
                <AlarmBanner />
                <SimulatedBanner shop={shop} />
                {shop.disk_full && (
                    <p className="notice urgent" role="alert">
                        <Icon name="warning" /> {t("disk_full")}
                    </p>
                )}
                {shop.disk_low && (
                    <p className="notice caution" role="status">
                        <Icon name="warning" /> {t("disk_low")}
                    </p>
                )}
                {children}
            </main>
            {keysShown && <KeyList places={places} onClose={() => setKeysShown(false)} />}
        </div>
    );
}
