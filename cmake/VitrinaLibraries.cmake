# Libraries that modules use, found once. Each stays private to its module (tests/repository/modules.h).
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PNG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil libswscale)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)

# OpenCV without its CMake package, which only libopencv-dev has (a gigabyte with what it pulls in).
find_path(OPENCV_INCLUDE opencv2/imgproc.hpp PATH_SUFFIXES opencv4 REQUIRED)
find_library(OPENCV_CORE opencv_core REQUIRED)
find_library(OPENCV_IMGPROC opencv_imgproc REQUIRED)
add_library(vitrina_opencv INTERFACE)
target_include_directories(vitrina_opencv SYSTEM INTERFACE "${OPENCV_INCLUDE}")
target_link_libraries(vitrina_opencv INTERFACE "${OPENCV_IMGPROC}" "${OPENCV_CORE}")
