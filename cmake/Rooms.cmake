# A room is a static library named after its folder. It links only the rooms it may call;
# tests/tst_Rooms holds the includes against the same order.
function(pimgate_options target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    # g++ 12 reports every lambda that lives in a coroutine frame of a unity build
    $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>
    # and sees overlaps in std::string::replace that cannot be (GCC bug 105329, optimized builds only)
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
  if(PIMGATE_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
    target_compile_options(${target} PRIVATE -fcoroutines)
  endif()
  if(PIMGATE_SANITIZE)
    # QCoro connects to private signals through null members: no -fsanitize=null.
    target_compile_options(${target} PRIVATE -fsanitize=address,undefined -fno-sanitize=null -fno-omit-frame-pointer)
    # With sanitizers g++ takes the states of std::regex (in valijson) for uninitialized.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    target_link_options(${target} PRIVATE -fsanitize=address,undefined)
  endif()
  if(PIMGATE_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=null
      -fno-sanitize-recover=undefined)
    target_link_options(${target} PRIVATE -fsanitize=address,undefined)
  endif()
  target_compile_definitions(${target} PRIVATE QT_NO_CAST_FROM_ASCII QT_NO_KEYWORDS QT_DISABLE_DEPRECATED_BEFORE=0x060400)
endfunction()

# pimgate_room(NAME SOURCES file... LINKS target...)
function(pimgate_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(${name} PUBLIC ${ROOM_LINKS})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${PIMGATE_UNITY} UNITY_BUILD_BATCH_SIZE 12)
  pimgate_options(${name})
endfunction()

# pimgate_piece(ROOM NAME file...): these are compiled as one piece of the room; a room with pieces has all its files in one.
# What calls the areas of graph lies together, apart from what does not: a changed header of graph then costs that piece.
function(pimgate_piece room name)
  set_source_files_properties(${ARGN} PROPERTIES UNITY_GROUP ${name})
  set_target_properties(${room} PROPERTIES UNITY_BUILD_MODE GROUP)
endfunction()
