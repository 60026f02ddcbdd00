// Everything a user of mosaic needs.
#pragma once

#include <mosaic/batcher.h>
#include <mosaic/calibration.h>
#include <mosaic/error.h>
#include <mosaic/graph.h>
#include <mosaic/session.h>
#include <mosaic/tensor.h>
