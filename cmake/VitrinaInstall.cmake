# `cmake --install`: the programs, the pages, the unit and an example. scripts/install.sh adds the networks and the
# configuration.
include(GNUInstallDirs)
install(TARGETS vitrina mosaic_tool RUNTIME)
install(DIRECTORY web/dist/ DESTINATION "${CMAKE_INSTALL_DATADIR}/vitrina/dashboard" PATTERN ".fingerprint" EXCLUDE)
install(FILES examples/vitrina.yaml DESTINATION "${CMAKE_INSTALL_DOCDIR}")
# The unit names the place it was installed to, which is known only now. Also with DESTDIR.
install(CODE "
    file(READ \"${CMAKE_CURRENT_SOURCE_DIR}/examples/vitrina.service\" unit)
    string(REPLACE /usr/local \"\${CMAKE_INSTALL_PREFIX}\" unit \"\${unit}\")
    file(WRITE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/systemd/system/vitrina.service\" \"\${unit}\")")
