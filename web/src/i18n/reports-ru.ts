// Russian of the page Reports; part of ru.ts.
import type { Message } from "./message.ts";
import type { reportsEn } from "./reports-en.ts";

export const reportsRu: Record<keyof typeof reportsEn, Message> = {
    "nav.reports": "Отчёты",
    "reports.period": "Отчёт за",
    "reports.day": "День",
    "reports.week": "Неделя",
    "reports.month": "Месяц",
    "reports.date": "Любой его день",
    "reports.pdf": "Сохранить PDF",
    "reports.printing": "Печатается…",
    "reports.html": "Открыть страницей",
    "reports.csv": "Таблица (CSV)",
    "reports.json": "Данные (JSON)",
    "reports.preview": "Отчёт",
    "reports.by_mail": "Отчёт может приходить по почте каждый день, неделю или месяц: в vitrina.yaml раздел reports называет канал со страницы «Тревоги».",
    "refused.no_pdf": "Сервер не может сделать PDF ({message}). Откройте отчёт страницей и напечатайте её.",
};
