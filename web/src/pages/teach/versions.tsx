// Versions of what was learnt: how good each is, on pictures that were left out; which is in service, and the way back.
import { useState } from "react";

import { teachApi, type Accuracy, type GoodsCollection, type GoodsVersion, type Quantised, type TellingPicture } from "../../api/teach.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { Button } from "../../components/controls.tsx";
import { Icon } from "../../components/icon.tsx";
import { explain, Problem } from "../../components/states.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { duration, moment, number } from "../../i18n/format.ts";

function Measured({ title, share, value }: { title: string; share?: Accuracy | null; value?: number }) {
    const { t, language } = useWords();
    const percent = (part: number): string => number(100 * part, language);
    const shown = share ? share.value : value;
    if (shown === undefined) return null;
    return (
        <div className="measured">
            <p className="measured-title">{title}</p>
            <p className="measured-value">{percent(shown)} %</p>
            {share && <p className="soft">{t("people.interval", { low: percent(share.low), high: percent(share.high) })}</p>}
        </div>
    );
}

function Telling({ title, pictures, collection }: { title: string; pictures: readonly TellingPicture[]; collection: GoodsCollection }) {
    const { t, language } = useWords();
    if (pictures.length === 0) return null;
    const isThere = new Set(collection.pictures.map((one) => one.id));
    return (
        <div className="telling">
            <h3>{title}</h3>
            <ul>
                {pictures.map((one) => (
                    <li key={one.id}>
                        {isThere.has(one.id) ? <img loading="lazy" src={teachApi.previewAddress(one.id)} alt="" /> : <span className="gone">{t("teach.picture_gone")}</span>}
                        <p>
                            <strong>{one.truth}</strong>
                            <br />
                            {t("teach.said", { name: one.said, percent: number(100 * one.confidence, language) })}
                        </p>
                    </li>
                ))}
            </ul>
        </div>
    );
}

function Comparison({ made }: { made: Quantised }) {
    const { t, language } = useWords();
    const rows = [
        { name: t("teach.quantised_float"), figures: made.float32 },
        { name: t("teach.quantised_bytes"), figures: made.int8 },
    ];
    return (
        <>
            <h3>{t("teach.quantised")}</h3>
            <p className="hint">{t("teach.quantised_how", { n: made.compared, same: made.agreed })}</p>
            <TablePlace label={t("teach.quantised")}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t("teach.quantised_numbers")}</th>
                            <th scope="col" className="figure">
                                {t("teach.accuracy")}
                            </th>
                            <th scope="col" className="figure">
                                {t("teach.quantised_size")}
                            </th>
                            <th scope="col" className="figure">
                                {t("teach.quantised_ms")}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows.map(({ name, figures }) => (
                            <tr key={name}>
                                <td>{name}</td>
                                <td className="figure">{number(100 * figures.accuracy, language, 1)} %</td>
                                <td className="figure">{number(figures.bytes / 1e6, language, 1)}</td>
                                <td className="figure">{number(figures.ms, language, 1)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </>
    );
}

function Details({ version, collection }: { version: GoodsVersion; collection: GoodsCollection }) {
    const { t, language } = useWords();
    const percent = (part: number): string => `${number(100 * part, language)} %`;
    return (
        <div className="version-details">
            <div className="measures">
                <Measured title={t("teach.accuracy")} share={version.accuracy} />
                <Measured title={t("teach.balanced")} share={version.balanced_accuracy} />
                {version.accuracy && <Measured title={t("teach.known_accepted")} value={version.known_accepted} />}
                {version.accuracy && <Measured title={t("teach.unknown_refused")} value={version.unknown_refused} />}
            </div>
            <p className="hint">{version.accuracy ? t("teach.how_measured") : t("teach.not_measured")}</p>
            {version.notes.map((note, place) => (
                <p key={place} className="hint">
                    {note}
                </p>
            ))}
            <Telling title={t("teach.most_confused")} pictures={version.most_confused} collection={collection} />
            <Telling title={t("teach.least_certain")} pictures={version.least_certain} collection={collection} />
            {version.mixups.length > 0 && (
                <>
                    <h3>{t("teach.mixups")}</h3>
                    <TablePlace label={t("teach.mixups")}>
                        <table>
                            <thead>
                                <tr>
                                    <th scope="col">{t("teach.truth")}</th>
                                    <th scope="col">{t("teach.taken_for")}</th>
                                    <th scope="col" className="figure">
                                        {t("teach.times")}
                                    </th>
                                </tr>
                            </thead>
                            <tbody>
                                {version.mixups.map((one) => (
                                    <tr key={`${one.truth} ${one.said}`}>
                                        <td>{one.truth}</td>
                                        <td>{one.said}</td>
                                        <td className="figure">{one.count}</td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </TablePlace>
                </>
            )}
            {version.quantised && <Comparison made={version.quantised} />}
            <h3>{t("teach.by_class")}</h3>
            <TablePlace label={t("teach.by_class")}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t("teach.class")}</th>
                            <th scope="col" className="figure">
                                {t("teach.pictures")}
                            </th>
                            <th scope="col" className="figure">
                                {t("teach.found")}
                            </th>
                            <th scope="col" className="figure">
                                {t("teach.sure")}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {version.classes.map((one) => (
                            <tr key={one.name}>
                                <td>{one.name}</td>
                                <td className="figure">{one.pictures}</td>
                                <td className="figure">{version.accuracy ? percent(one.found) : "–"}</td>
                                <td className="figure">{version.accuracy ? percent(one.sure) : "–"}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
            <p className="hint">
                {t("teach.made_of", { n: version.pictures, network: version.network, time: duration(version.seconds, language), fingerprint: version.fingerprint })}
                {version.trials.length > 1 && ` ${t("teach.trials", { list: version.trials.map((one) => `${one.network} ${percent(one.accuracy)}`).join(", ") })}`}
            </p>
            <div className="actions">
                {version.accuracy && (
                    <a className="button" href={teachApi.reportAddress(version.id)} target="_blank" rel="noreferrer">
                        {t("teach.report")}
                    </a>
                )}
                <a className="button" href={teachApi.onnxAddress(version.id)} download>
                    <Icon name="download" /> ONNX
                </a>
            </div>
        </div>
    );
}

export function VersionsCard({ collection, reload }: { collection: GoodsCollection; reload: () => void }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const [open, setOpen] = useState<string>();
    const [problem, setProblem] = useState<string>();
    const newest = collection.versions[0];
    if (!newest) return null;
    const shown = open ?? newest.id;
    const run = (work: Promise<unknown>): void => {
        work.then(() => setProblem(undefined), (error: unknown) => setProblem(explain(error as Error, t))).finally(reload);
    };
    return (
        <section className="card versions" aria-label={t("teach.versions")}>
            <div className="card-head">
                <h2>{t("teach.versions")}</h2>
                <span className="soft">{collection.in_service === null ? t("teach.none_serves") : t("teach.serves", { n: collection.in_service })}</span>
                {collection.before !== null && (
                    <Button onClick={() => run(teachApi.rollBack(collection.id))}>
                        <Icon name="undo" /> {t("teach.roll_back", { n: collection.before })}
                    </Button>
                )}
            </div>
            <Problem>{problem}</Problem>
            <ul className="version-list">
                {collection.versions.map((version) => (
                    <li key={version.id}>
                        <div className="version-row">
                            <button type="button" className="version-name" aria-expanded={version.id === shown} onClick={() => setOpen(version.id === shown ? "" : version.id)}>
                                {t("teach.version", { n: version.number })}
                                {version.accuracy && <span className="soft"> {number(100 * version.accuracy.value, language)} %</span>}
                            </button>
                            <span className="soft">{moment(version.learnt, language, shop.time_zone, "full")}, {version.author}</span>
                            {version.in_service ? (
                                <span className="status live">{t("teach.in_service")}</span>
                            ) : (
                                <>
                                    <Button look={collection.in_service === null ? "main" : "plain"} onClick={() => run(teachApi.serve(version.id))}>
                                        {t("teach.serve")}
                                    </Button>
                                    <Button look="quiet" aria-label={t("teach.remove_version", { n: version.number })} onClick={() => run(teachApi.removeVersion(version.id))}>
                                        <Icon name="trash" />
                                    </Button>
                                </>
                            )}
                        </div>
                        {version.id === shown && <Details version={version} collection={collection} />}
                    </li>
                ))}
            </ul>
        </section>
    );
}
