// A day, a week or a month as it is printed and sent: looked at here, and taken along.
import { useState } from "react";

import { kReportPeriods, reportsApi, type ReportPeriod, type ReportQuery } from "../api/reports.ts";
import { useResource } from "../app/resource.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { serverNow, useSession, useWords } from "../app/session.tsx";
import { addDays, dayOf, isDay } from "../app/time.ts";
import { Button, Field, Select } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { explain, Loaded, Problem, Skeleton } from "../components/states.tsx";
import "./reports.css";

function save(name: string, file: Blob): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
}

/** Printing takes the server some seconds, and it may have nothing to print with. */
function PdfButton({ query }: { query: ReportQuery }) {
    const { t } = useWords();
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<Error>();
    async function print(): Promise<void> {
        setBusy(true);
        setError(undefined);
        try {
            const { name, file } = await reportsApi.pdf(query);
            save(name, file);
        } catch (failure) {
            setError(failure as Error);
        }
        setBusy(false);
    }
    return (
        <>
            <Button look="main" busy={busy} onClick={() => void print()}>
                <Icon name="download" /> {busy ? t("reports.printing") : t("reports.pdf")}
            </Button>
            {error && <Problem>{explain(error, t)}</Problem>}
        </>
    );
}

export default function ReportsPage() {
    const { t, language } = useWords();
    const session = useSession();
    const address = useAddress().query;
    const today = dayOf(serverNow(session), session.shop.time_zone);
    const period: ReportPeriod = kReportPeriods.find((known) => known === address.get("report")) ?? "day";
    const asked = address.get("date");
    // What is over, unless somebody asks for today.
    const last = { day: addDays(today, -1), week: addDays(today, -7), month: addDays(`${today.slice(0, 8)}01`, -1) }[period];
    const date = isDay(asked) && asked <= today ? asked : last;
    const query: ReportQuery = { period, date, language };
    const page = useResource(`report ${period} ${date} ${language}`, (signal) => reportsApi.page(query, signal));
    return (
        <div className="reports">
            <header className="page-head">
                <h1>{t("nav.reports")}</h1>
                <div className="tools">
                    <Select label={t("reports.period")} inline value={period} onChange={(event) => setQuery({ report: event.target.value })}>
                        {kReportPeriods.map((known) => (
                            <option key={known} value={known}>
                                {t(`reports.${known}`)}
                            </option>
                        ))}
                    </Select>
                    <Field label={t("reports.date")} type="date" value={date} max={today} onChange={(event) => event.target.value && setQuery({ date: event.target.value })} />
                    <PdfButton key={`${period} ${date} ${language}`} query={query} />
                    <a className="button plain" href={reportsApi.file(query, "html")} target="_blank" rel="noreferrer">
                        <Icon name="download" /> {t("reports.html")}
                    </a>
                    <a className="button plain" href={reportsApi.file(query, "csv")} download>
                        <Icon name="download" /> {t("reports.csv")}
                    </a>
                    <a className="button plain" href={reportsApi.file(query, "json")} download={`report-${period}-${date}.json`}>
                        <Icon name="download" /> {t("reports.json")}
                    </a>
                </div>
            </header>
            <Loaded resource={page} skeleton={<Skeleton height="70vh" />}>
                {(html) => <iframe className="report" title={t("reports.preview")} sandbox="" srcDoc={html} />}
            </Loaded>
            <p className="soft">{t("reports.by_mail")}</p>
        </div>
    );
}
