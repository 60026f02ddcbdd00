// Who looked at whose data, and whether that log is whole.
import { useState } from "react";

import { recognition, type LogVerdict } from "../../api/recognition.ts";
import { useResource } from "../../app/resource.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { Button } from "../../components/controls.tsx";
import { explain, Loaded, Problem, Skeleton } from "../../components/states.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { moment } from "../../i18n/format.ts";

export function LookLog() {
    const { t, language } = useWords();
    const { shop } = useSession();
    const looks = useResource("looks", (signal) => recognition.looks(signal));
    const [verdict, setVerdict] = useState<LogVerdict>();
    const [problem, setProblem] = useState<string>();
    async function verify(): Promise<void> {
        try {
            setVerdict(await recognition.verifyLooks());
            setProblem(undefined);
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
    }
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("privacy.log")}</h2>
                <div className="actions">
                    <Button onClick={looks.reload}>{t("privacy.reload")}</Button>
                    <Button onClick={() => void verify()}>{t("privacy.verify")}</Button>
                </div>
            </header>
            <p className="hint">{t("privacy.log_hint")}</p>
            <div role="status">
                {verdict &&
                    (verdict.whole ? (
                        <>
                            <p>{t("privacy.log_whole", { n: verdict.entries })}</p>
                            {verdict.head && (
                                <p>
                                    {t("privacy.head")} <code className="head">{verdict.head}</code>
                                </p>
                            )}
                        </>
                    ) : (
                        <p className="field-error">{t("privacy.log_broken", { problem: verdict.problem })}</p>
                    ))}
            </div>
            <Problem>{problem}</Problem>
            <Loaded resource={looks} skeleton={<Skeleton height="120px" />}>
                {(list) =>
                    list.length === 0 ? (
                        <p className="soft">{t("privacy.log_empty")}</p>
                    ) : (
                        <TablePlace label={t("privacy.log")} className="log">
                            <table>
                                <thead>
                                    <tr>
                                        <th>{t("alarms.when")}</th>
                                        <th>{t("privacy.who")}</th>
                                        <th>{t("privacy.what")}</th>
                                        <th className="figure">{t("privacy.whom")}</th>
                                    </tr>
                                </thead>
                                <tbody>
                                    {list.map((look) => (
                                        <tr key={look.number}>
                                            <td>{moment(look.at, language, shop.time_zone, "full")}</td>
                                            <td>{look.who}</td>
                                            <td lang="en">{look.what}</td>
                                            <td className="figure">{look.whom ?? ""}</td>
                                        </tr>
                                    ))}
                                </tbody>
                            </table>
                        </TablePlace>
                    )
                }
            </Loaded>
        </section>
    );
}
