// Finds out who is there, and shows the page of the address.
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ComponentType } from "react";

import { api } from "../api/api.ts";
import { ApiError, listenForSignedOut, setForgeryToken } from "../api/client.ts";
import { siteBase } from "../api/site.ts";
import type { Language, Me, ShopInfo } from "../api/types.ts";
import { Empty, Failure, Skeleton, Waiting } from "../components/states.tsx";
import { SetUp } from "../pages/set-up.tsx";
import { SignIn } from "../pages/sign-in.tsx";
import { poll } from "./poll.ts";
import { Link, navigate, useAddress } from "./router.tsx";
import { firstLanguage, may, saveLanguage, SessionContext, useSession, useWords, wordsIn, WordsContext, type Right } from "./session.tsx";
import { ConnectionBanner, Shell } from "./shell.tsx";
import { setDayBegins } from "./time.ts";

interface Page {
    component: ComponentType;
    right?: Right;
}

const kPages: Record<string, Page> = {
    "/today": { component: lazy(() => import("../pages/today.tsx")) },
    "/live": { component: lazy(() => import("../pages/live.tsx")), right: "watch" },
    "/visits": { component: lazy(() => import("../pages/visits.tsx")), right: "seeCounts" },
    "/heat": { component: lazy(() => import("../pages/heat.tsx")), right: "seeCounts" },
    "/space": { component: lazy(() => import("../pages/space.tsx")), right: "seeCounts" },
    "/goods": { component: lazy(() => import("../pages/goods.tsx")), right: "seeCounts" },
    "/reports": { component: lazy(() => import("../pages/reports.tsx")), right: "seeCounts" },
    "/buyers": { component: lazy(() => import("../pages/buyers.tsx")), right: "seeCounts" },
    "/campaigns": { component: lazy(() => import("../pages/campaigns.tsx")), right: "seeCounts" },
    "/queues": { component: lazy(() => import("../pages/queues.tsx")), right: "seeCounts" },
    "/staff": { component: lazy(() => import("../pages/staff.tsx")), right: "seeCounts" },
    "/people": { component: lazy(() => import("../pages/people.tsx")), right: "draw" },
    "/teach": { component: lazy(() => import("../pages/teach.tsx")), right: "draw" },
    "/watchlist": { component: lazy(() => import("../pages/watchlist.tsx")), right: "watch" },
    "/privacy": { component: lazy(() => import("../pages/privacy.tsx")), right: "draw" },
    "/alarms": { component: lazy(() => import("../pages/alarms.tsx")), right: "seeAlarms" },
    "/plan": { component: lazy(() => import("../pages/plan.tsx")), right: "seeCameras" },
    "/paths": { component: lazy(() => import("../pages/paths.tsx")), right: "seeCameras" },
    "/audit": { component: lazy(() => import("../pages/audit.tsx")), right: "draw" },
    "/layout": { component: lazy(() => import("../pages/layout.tsx")), right: "draw" },
    "/cameras": { component: lazy(() => import("../pages/cameras.tsx")), right: "seeCameras" },
    "/settings": { component: lazy(() => import("../pages/settings.tsx")) },
    "/start": { component: lazy(() => import("../pages/start.tsx")), right: "administer" },
};

function ShownPage() {
    const { t } = useWords();
    const { me, shop } = useSession();
    const { path } = useAddress();
    const first = shop.sites[0];
    const home = me.user.role === "guard" ? "/live" : "/today";
    const isNew = path === "/first"; // right after the setup: the path to the first camera, where that comes first
    const atHome = isNew || path === "/" || path === "/sign-in" || path === "/setup";
    useEffect(() => {
        if (!atHome) return;
        if (first && siteBase() === "" && first.path !== "") window.location.replace(first.path + home);
        else navigate(isNew ? "/start" : home, "replace");
    }, [atHome, home, first, isNew]);
    if (atHome) return null;

    const page = kPages[path];
    if (!page) {
        return (
            <Empty title={t("not_found")}>
                <Link href={home}>{t("to_start_page")}</Link>
            </Empty>
        );
    }
    if (page.right && !may(me.user.role, page.right)) {
        return (
            <Empty title={t("error.forbidden")}>
                <p>{t("forbidden_hint", { role: t(`role.${me.user.role}`) })}</p>
                <Link href={home}>{t("to_start_page")}</Link>
            </Empty>
        );
    }
    const Component = page.component;
    return (
        <Suspense fallback={<Waiting><Skeleton height="12rem" /></Waiting>}>
            <Component />
        </Suspense>
    );
}

const kRetryMs = 3000;
const kShopEveryMs = 60_000;

/** undefined: not known yet; null: nobody. */
type Known = Me | null | undefined;

function useWhoIsThere() {
    const [me, setMe] = useState<Known>(undefined);
    const [setupNeeded, setSetupNeeded] = useState(false);
    const [shop, setShop] = useState<{ info: ShopInfo; clockAheadMs: number }>();
    const [error, setError] = useState<Error>();
    const [attempt, setAttempt] = useState(0);

    const know = useCallback((who: Known) => {
        setForgeryToken(who?.forgery_token ?? "");
        if (!who) setShop(undefined);
        else setSetupNeeded(false);
        setMe(who);
    }, []);

    useEffect(() => {
        listenForSignedOut(() => know(null));
        async function ask(): Promise<void> {
            try {
                know(await api.me());
            } catch (failure) {
                if (!(failure instanceof ApiError) || failure.status !== 401) throw failure;
                setSetupNeeded(await api.setupNeeded());
                know(null);
            }
        }
        ask().then(() => setError(undefined), (failure: unknown) => {
            setError(failure as Error);
            window.setTimeout(() => setAttempt((n) => n + 1), kRetryMs);
        });
    }, [know, attempt]);

    const id = me?.user.id;
    useEffect(() => {
        if (id === undefined) return;
        const asking = poll({
            read: (signal) => api.shop(signal),
            onAnswer: (info) => {
                setDayBegins(info.day_begins);
                setShop({ info, clockAheadMs: Date.parse(info.now) - Date.now() });
                setError(undefined);
            },
            onFailure: setError,
            nextMs: (outcome) => ("error" in outcome || outcome.answer.simulation?.live === false ? kRetryMs : kShopEveryMs),
        });
        return asking.end;
    }, [id]);

    return { me, know, shop, setupNeeded, error };
}

export function App() {
    const { me, know, shop, setupNeeded, error } = useWhoIsThere();
    const [language, setLanguage] = useState<Language>(firstLanguage);
    const { path } = useAddress();

    // What is saved with the user wins over what this browser last showed.
    const [languageOf, setLanguageOf] = useState<number>();
    if (me && me.user.id !== languageOf) {
        setLanguageOf(me.user.id);
        setLanguage(me.user.language);
    }
    const words = useMemo(() => wordsIn(language, setLanguage), [language]);
    useEffect(() => saveLanguage(language), [language]);

    const session = useMemo(
        () => (me && shop ? { me, shop: shop.info, clockAheadMs: shop.clockAheadMs, setMe: (who: Me | undefined) => know(who ?? null) } : undefined),
        [me, shop, know],
    );

    let content;
    if (session) {
        content = (
            <SessionContext value={session}>
                <Shell>
                    <ShownPage />
                </Shell>
            </SessionContext>
        );
    } else if (me === null && (setupNeeded || path === "/setup")) {
        content = <SetUp onDone={know} needed={setupNeeded} />;
    } else if (me === null) {
        content = <SignIn onDone={know} />;
    } else {
        content = (
            <div className="page-of-one">
                <ConnectionBanner />
                {error ? <Failure error={error} /> : <Waiting><Skeleton height="3rem" width="12rem" /></Waiting>}
            </div>
        );
    }
    return <WordsContext value={words}>{content}</WordsContext>;
}
