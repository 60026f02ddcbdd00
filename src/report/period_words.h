// The words of a report's page in each of its languages. Private to period_page.cpp.
#pragma once

#include <array>

namespace vitrina::report {

struct PeriodWords {
    const char* code;
    const char* decimal_point;
    const char* thousands;
    std::array<const char*, 7> weekdays;
    std::array<const char*, 12> months;        // with a day before them
    std::array<const char*, 12> month_titles;  // alone
    const char* day;
    const char* week;
    const char* month;
    const char* simulated;
    const char* simulated_note;
    const char* so_far;
    const char* entries;
    const char* people;
    const char* sales;
    const char* returns;
    const char* turnover;
    const char* basket;
    const char* conversion;
    const char* conversion_unknown;
    const char* against_before;
    const char* against_usual;
    const char* nothing_to_compare;
    const char* by_hour;
    const char* by_day;
    const char* hour;
    const char* usual;
    const char* closed;
    const char* zones;
    const char* zone;
    const char* camera;
    const char* visitors_of_zone;
    const char* median_stay;
    const char* buyers;
    const char* queues;
    const char* queue;
    const char* longest;
    const char* served;
    const char* abandoned;
    const char* median_wait;
    const char* wait_p90;
    const char* goods;
    const char* sku;
    const char* receipts;
    const char* quantity;
    const char* amount;
    const char* alarms;
    const char* rule;
    const char* raised;
    const char* acknowledged;
    const char* answered;
    const char* dark;
    const char* dark_note;
    const char* program;
    const char* made;
    const char* method;
    const char* plan;
};

inline constexpr PeriodWords kEnglishWords = {
    "en",
    ".",
    ",",
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
     "November", "December"},
    "day",
    "week of",
    "month",
    "SIMULATED SHOP",
    "Nobody in this report is real.",
    "The period is not over: figures up to {}, compared with as much of the others.",
    "Came in",
    "People seen",
    "Sales",
    "Returns",
    "Turnover",
    "Average receipt",
    "Conversion",
    "not known: there are more receipts than visitors; check the line at the door",
    "to the period before",
    "to the same weekdays",
    "nothing to compare with",
    "By hour",
    "By day",
    "Hour",
    "usual",
    "closed",
    "Departments",
    "Department",
    "Camera",
    "People",
    "Median stay",
    "Buyers",
    "Queues",
    "Queue",
    "Longest",
    "Served",
    "Left without being served",
    "Median wait",
    "9 of 10 waited at most",
    "Goods",
    "SKU",
    "Receipts",
    "Quantity",
    "Amount",
    "Alarms",
    "Rule",
    "Raised",
    "Acknowledged",
    "Answered after (median)",
    "Not seen",
    "For so long there was no picture; nothing was counted meanwhile.",
    "the whole program",
    "Made",
    "Usual is the mean of the same hours of the same weekday in up to four weeks before the period; days on "
    "which the shop was closed or nothing was counted are left out. Conversion is told with its 95 % "
    "interval.",
    "plan",
};

inline constexpr PeriodWords kRussianWords = {
    "ru",
    ",",
    "\u00a0",
    {"понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"},
    {"янв.", "февр.", "марта", "апр.", "мая", "июня", "июля", "авг.", "сент.", "окт.", "нояб.", "дек."},
    {"Январь", "Февраль", "Март", "Апрель", "Май", "Июнь", "Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь",
     "Декабрь"},
    "день",
    "неделя",
    "месяц",
    "МОДЕЛЬ МАГАЗИНА",
    "Людей из этого отчёта не существует.",
    "Период не закончился: данные по {}, сравнение с такой же частью других периодов.",
    "Вошли",
    "Замечено людей",
    "Продажи",
    "Возвраты",
    "Выручка",
    "Средний чек",
    "Конверсия",
    "неизвестна: чеков больше, чем посетителей; проверьте линию у входа",
    "к прошлому периоду",
    "к тем же дням недели",
    "сравнить не с чем",
    "По часам",
    "По дням",
    "Час",
    "обычно",
    "закрыто",
    "Отделы",
    "Отдел",
    "Камера",
    "Люди",
    "Медиана времени",
    "Купили",
    "Очереди",
    "Очередь",
    "Самая длинная",
    "Обслужено",
    "Ушли, не дождавшись",
    "Медиана ожидания",
    "9 из 10 ждали не дольше",
    "Товары",
    "Артикул",
    "Чеки",
    "Количество",
    "Сумма",
    "Тревоги",
    "Правило",
    "Сработало",
    "Принято",
    "Приняли через (медиана)",
    "Не видели",
    "Столько времени не было изображения; в это время ничего не посчитано.",
    "вся программа",
    "Составлено",
    "Обычно — среднее тех же часов того же дня недели за четыре недели до периода и меньше; дни, когда "
    "магазин "
    "был закрыт или ничего не посчитано, не учтены. Конверсия указана с 95-процентным интервалом.",
    "план",
};

}  // namespace vitrina::report
