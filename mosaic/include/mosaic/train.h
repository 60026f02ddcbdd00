// Everything a user of mosaic's training needs; the library is mosaic::train.
#pragma once

#include <mosaic/boxes.h>
#include <mosaic/choose.h>
#include <mosaic/dataset.h>
#include <mosaic/evaluation.h>
#include <mosaic/frozen.h>
#include <mosaic/model.h>
#include <mosaic/train_options.h>
#include <mosaic/trainer.h>
#include <mosaic/two_classes.h>
