# find_package(mosaic): the libraries mosaic::mosaic and mosaic::train, their headers, the command.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(MOSAIC_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/mosaic)
install(TARGETS mosaic EXPORT mosaic_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT mosaic)
if(MOSAIC_WITH_TRAIN)
    set_target_properties(mosaic_train PROPERTIES EXPORT_NAME train)
    install(TARGETS mosaic_train EXPORT mosaic_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT mosaic)
    install(TARGETS mosaic_tool RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT mosaic)
    # `mosaic check` looks for it there, beside the folder that the command is in.
    install(FILES tools/check_peer.mjs DESTINATION share/mosaic COMPONENT mosaic)
endif()
install(DIRECTORY include/mosaic DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT mosaic)
install(EXPORT mosaic_targets NAMESPACE mosaic:: FILE mosaic-targets.cmake DESTINATION ${MOSAIC_PACKAGE_DIR} COMPONENT mosaic)
configure_package_config_file(mosaic-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/mosaic-config.cmake
    INSTALL_DESTINATION ${MOSAIC_PACKAGE_DIR})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/mosaic-config-version.cmake
    VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/mosaic-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/mosaic-config-version.cmake
    DESTINATION ${MOSAIC_PACKAGE_DIR} COMPONENT mosaic)
