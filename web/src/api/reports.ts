// Reports: what a day, a week or a month was.
import { send, withQuery } from "./client.ts";
import { sited } from "./site.ts";
import type { Language } from "./types.ts";

export const kReportPeriods = ["day", "week", "month"] as const;
export type ReportPeriod = (typeof kReportPeriods)[number];
export type ReportFormat = "html" | "pdf" | "csv" | "json";

export interface ReportQuery {
    period: ReportPeriod;
    /** A day of it. */
    date: string;
    language: Language;
}

function address({ period, date, language }: ReportQuery, format: ReportFormat): string {
    return withQuery(`/api/reports/${period}`, { date, format, language: format === "html" || format === "pdf" ? language : undefined });
}

export const reportsApi = {
    /** For a link. */
    file: (query: ReportQuery, format: ReportFormat): string => sited(address(query, format)),
    page: async (query: ReportQuery, signal?: AbortSignal): Promise<string> => (await send("GET", address(query, "html"), { signal })).text(),
    /** With the name that the server gives it. Fails where the server can't print. */
    pdf: async (query: ReportQuery): Promise<{ name: string; file: Blob }> => {
        const response = await send("GET", address(query, "pdf"));
        const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
        return { name: name ?? "report.pdf", file: await response.blob() };
    },
};
