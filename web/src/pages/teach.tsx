// What the goods look like, taught on the spot: collections of pictures, labels by keyboard, a lesson on this computer,
// how good it is, and which version is in service.
import { Fragment, useState } from "react";

import { ApiError } from "../api/client.ts";
import { teachApi, type GoodsCollection, type GoodsLesson, type Teaching } from "../api/teach.ts";
import { useResource, type Resource } from "../app/resource.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { useWords } from "../app/session.tsx";
import { Button, Field, Select } from "../components/controls.tsx";
import { FormDialog } from "../components/form-dialog.tsx";
import { Icon } from "../components/icon.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { LessonCard } from "./teach/lesson.tsx";
import { PicturesCard } from "./teach/pictures.tsx";
import { TryCard } from "./teach/try.tsx";
import { VersionsCard } from "./teach/versions.tsx";
import "./teach.css";

const kRunningMs = 1000;
const kIdleMs = 15_000;

function NameDialog({ title, label, name: first = "", save, onClose }: { title: string; label: string; name?: string; save: (name: string) => Promise<void>; onClose: () => void }) {
    const [name, setName] = useState(first);
    return (
        <FormDialog title={title} onClose={onClose} save={() => save(name.trim())}>
            <Field label={label} value={name} required maxLength={64} autoFocus onChange={(event) => setName(event.target.value)} />
        </FormDialog>
    );
}

function RemoveDialog({ collection, onDone, onClose }: { collection: GoodsCollection; onDone: () => void; onClose: () => void }) {
    const { t } = useWords();
    return (
        <FormDialog
            title={t("teach.remove_collection")}
            action={t("remove")}
            onClose={onClose}
            save={async () => {
                await teachApi.removeCollection(collection.id);
                onDone();
            }}
        >
            <p>{t("teach.remove_collection_hint", { name: collection.name, n: collection.pictures.length })}</p>
        </FormDialog>
    );
}

type Asks = "add" | "rename" | "remove";

function Collection({ page, lesson, teaching }: { page: Resource<GoodsCollection>; lesson: GoodsLesson | null; teaching: Resource<Teaching> }) {
    return (
        <Loaded resource={page} skeleton={<Skeleton height="60vh" />}>
            {(collection) => (
                <Fragment key={collection.id}>
                    <PicturesCard collection={collection} bytesMax={teaching.data?.picture_bytes_max ?? 0} reload={page.reload} />
                    <LessonCard collection={collection} lesson={lesson} canLearn={teaching.data?.can_learn ?? true} reload={teaching.reload} />
                    <VersionsCard collection={collection} reload={page.reload} />
                    {collection.versions.length > 0 && <TryCard collection={collection} />}
                </Fragment>
            )}
        </Loaded>
    );
}

export default function TeachPage() {
    const { t } = useWords();
    const { query } = useAddress();
    const teaching = useResource("teaching", (signal) => teachApi.teaching(signal), (data) => (data.lesson?.state === "running" ? kRunningMs : kIdleMs));
    const collections = teaching.data?.collections ?? [];
    const wanted = Number(query.get("collection"));
    const chosen = collections.find((one) => one.id === wanted) ?? collections[0];
    const lesson = teaching.data?.lesson ?? null;
    // What was learnt is read as soon as the lesson ends.
    const done = lesson && lesson.collection === chosen?.id && lesson.state !== "running" ? lesson.begun : "";
    const page = useResource(chosen ? `collection ${chosen.id} ${done}` : null, (signal) => teachApi.collection(chosen?.id ?? 0, signal), undefined, "old");
    const shown: Resource<GoodsCollection> = page.data && page.data.id !== chosen?.id ? { ...page, data: undefined } : page;
    const [asks, setAsks] = useState<Asks>();
    const close = (): void => setAsks(undefined);

    const isOff = teaching.error instanceof ApiError && teaching.error.code === "teach_off";
    const name = async (text: string): Promise<void> => {
        const saved = asks === "rename" && chosen ? await teachApi.renameCollection(chosen.id, text) : await teachApi.addCollection(text);
        setQuery({ collection: String(saved.id) });
        close();
        teaching.reload();
        page.reload();
    };
    return (
        <div className="teach">
            <header className="page-head">
                <h1>{t("nav.teach")}</h1>
                {chosen && (
                    <div className="form-row">
                        <Select inline label={t("teach.collection")} value={chosen.id} onChange={(event) => setQuery({ collection: event.target.value }, "push")}>
                            {collections.map((one) => (
                                <option key={one.id} value={one.id}>
                                    {one.name}
                                </option>
                            ))}
                        </Select>
                        <Button onClick={() => setAsks("add")}>
                            <Icon name="plus" /> {t("teach.add_collection")}
                        </Button>
                        <Button look="quiet" onClick={() => setAsks("rename")}>
                            {t("teach.rename")}
                        </Button>
                        <Button look="quiet" aria-label={t("teach.remove_collection")} onClick={() => setAsks("remove")}>
                            <Icon name="trash" />
                        </Button>
                    </div>
                )}
            </header>
            {isOff ? (
                <Empty title={t("teach.off")}>
                    <p>{t("teach.off_hint")}</p>
                </Empty>
            ) : (
                <Loaded resource={teaching} skeleton={<Skeleton height="60vh" />}>
                    {() =>
                        chosen ? (
                            <Collection page={shown} lesson={lesson} teaching={teaching} />
                        ) : (
                            <Empty title={t("teach.nothing")}>
                                <p>{t("teach.nothing_hint")}</p>
                                <Button look="main" onClick={() => setAsks("add")}>
                                    {t("teach.add_collection")}
                                </Button>
                            </Empty>
                        )
                    }
                </Loaded>
            )}
            {(asks === "add" || asks === "rename") && (
                <NameDialog title={t(asks === "add" ? "teach.add_collection" : "teach.rename")} label={t("teach.collection_name")} name={asks === "rename" ? (chosen?.name ?? "") : ""} save={name} onClose={close} />
            )}
            {asks === "remove" && shown.data && (
                <RemoveDialog
                    collection={shown.data}
                    onClose={close}
                    onDone={() => {
                        close();
                        setQuery({ collection: undefined });
                        teaching.reload();
                    }}
                />
            )}
        </div>
    );
}
