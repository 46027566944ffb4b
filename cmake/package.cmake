# What is installed beside the programs, and the Debian package: ninja -C build/release package
# The units name /usr/bin/callarchive, so other prefixes need a drop-in.
install(FILES ${CMAKE_SOURCE_DIR}/systemd/callarchive.service
              ${CMAKE_SOURCE_DIR}/systemd/callarchive-sync.service
              ${CMAKE_SOURCE_DIR}/systemd/callarchive-sync.timer
        DESTINATION lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/systemd/callarchive.sysusers
        DESTINATION lib/sysusers.d RENAME callarchive.conf)
# Never over a configuration that is there; a package's staging folder has none.
install(CODE "
    if(NOT EXISTS \"\$ENV{DESTDIR}/etc/callarchive/callarchive.yaml\")
        file(INSTALL \"${CMAKE_SOURCE_DIR}/config/callarchive.yaml\"
             DESTINATION /etc/callarchive PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
    endif()")
install(FILES ${CMAKE_SOURCE_DIR}/config/compose.yaml ${CMAKE_SOURCE_DIR}/config/alerts.yaml
              ${CMAKE_SOURCE_DIR}/config/alerts_test.yaml
              ${CMAKE_SOURCE_DIR}/config/grafana-dashboard.json ${CMAKE_SOURCE_DIR}/systemd/narrow.conf
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/CHANGELOG.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
# A package must say what may be done with it (Debian Policy, 12.5).
set(copyright ${CMAKE_SOURCE_DIR}/systemd/debian/copyright)
if(EXISTS ${CMAKE_SOURCE_DIR}/LICENSE)
    set(copyright ${CMAKE_SOURCE_DIR}/LICENSE)
endif()
install(FILES ${copyright} DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
if(EXISTS ${CMAKE_SOURCE_DIR}/docs)
    install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR}
            FILES_MATCHING PATTERN "*.md" PATTERN man EXCLUDE)
endif()

# $SOURCE_DATE_EPOCH where it is set, so that two builds are the same.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME callarchive)
set(CPACK_PACKAGE_VENDOR "callarchive")
set(CPACK_PACKAGE_CONTACT "callarchive maintainers <maintainers@callarchive.invalid>"
    CACHE STRING "The package's maintainer")
configure_file(${CMAKE_SOURCE_DIR}/systemd/debian/changelog.in ${CMAKE_BINARY_DIR}/debian/changelog @ONLY)
execute_process(COMMAND ${GZIP} -9nkf ${CMAKE_BINARY_DIR}/debian/changelog COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${CMAKE_BINARY_DIR}/debian/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
    "The vendor's API forgets a call after seven days. This daemon reads each
moment of that week again and again until nothing more can appear there, keeps
what it read in one SQLite file, and says which seconds of history it read and
which it did not.
The package also brings callkit-sim, a simulator of the API.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# For the user, for restarts that respect policy-rc.d, and for the vendor's certificate. libcurl is
# loaded when it is first needed, so it is not found among the libraries that are linked.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "systemd | systemd-standalone-sysusers, init-system-helpers (>= 1.54), ca-certificates, libcurl4 (>= 7.85)")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "sqlite3")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(WRITE ${CMAKE_BINARY_DIR}/debian/conffiles "/etc/callarchive/callarchive.yaml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/systemd/debian/postinst ${CMAKE_SOURCE_DIR}/systemd/debian/prerm
    ${CMAKE_SOURCE_DIR}/systemd/debian/postrm ${CMAKE_BINARY_DIR}/debian/conffiles)
include(CPack)
