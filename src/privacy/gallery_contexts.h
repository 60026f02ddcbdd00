// What each sealed text of a person is for: none can be passed off as another. Private to this folder.
#pragma once

namespace vitrina::privacy {

inline constexpr const char* kCardContext = "gallery card";
inline constexpr const char* kDescriptorContext = "gallery descriptor";
inline constexpr const char* kJpegContext = "gallery picture";
inline constexpr const char* kStayContext = "gallery stay";
inline constexpr const char* kEvidenceContext = "gallery evidence";

}  // namespace vitrina::privacy
