// What the routes work with where people are known by face. Everything in it outlives the server. Plain
// values.
#pragma once

#include "domain/face_look.h"
#include "pipeline/recognition_watch.h"
#include "privacy/gallery.h"
#include "privacy/look_log.h"
#include "records/gallery_store.h"

namespace vitrina::api {

struct RecognitionServices {
    privacy::Gallery& gallery;
    const records::GalleryStore& records;
    privacy::LookLog& looks;
    pipeline::RecognitionWatch& watch;
    FacePhotographs* photographs = nullptr;  // null: the networks are not on this computer
};

}  // namespace vitrina::api
