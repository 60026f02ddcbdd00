#include "perceive/descriptor_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "perceive/byte_product.h"

namespace vitrina::perceive {
namespace {

using Descriptor = std::vector<float>;

Descriptor random_descriptor(std::mt19937& random, std::size_t length) {
    std::normal_distribution<float> normal;
    Descriptor descriptor(length);
    for (float& value : descriptor)
        value = normal(random);
    const double norm =
        std::sqrt(std::inner_product(descriptor.begin(), descriptor.end(), descriptor.begin(), 0.0));
    for (float& value : descriptor)
        value = static_cast<float>(value / norm);
    return descriptor;
}

struct Known {
    DescriptorSearch::Owner owner;
    Descriptor descriptor;
};

// What it should be: everybody compared, sorted.
std::vector<DescriptorSearch::Match> by_hand(const std::vector<Known>& all, const Descriptor& asked,
                                             std::size_t count, double least) {
    std::map<DescriptorSearch::Owner, double> best;
    for (const Known& known : all) {
        const double likeness =
            std::inner_product(known.descriptor.begin(), known.descriptor.end(), asked.begin(), 0.0);
        const auto entry = best.try_emplace(known.owner, likeness).first;
        entry->second = std::max(entry->second, likeness);
    }
    std::vector<DescriptorSearch::Match> matches;
    for (const auto& [owner, likeness] : best)
        if (likeness >= least) matches.push_back({owner, likeness});
    std::sort(matches.begin(), matches.end(), [](const auto& a, const auto& b) {
        return a.likeness != b.likeness ? a.likeness > b.likeness : a.owner < b.owner;
    });
    matches.resize(std::min(matches.size(), count));
    return matches;
}

TEST(DescriptorSearch, FindsWhatComparingAllFinds) {
    std::mt19937 random(7);
    for (const std::size_t length : {1, 3, 192, 256, 300}) {
        DescriptorSearch search(length);
        std::vector<Known> all;
        std::uniform_int_distribution<DescriptorSearch::Owner> owners(1, 80);
        for (int i = 0; i < 200; ++i) {
            all.push_back({owners(random), random_descriptor(random, length)});
            ASSERT_TRUE(search.add(all.back().owner, all.back().descriptor));
        }
        for (int i = 0; i < 6; ++i) {
            const Descriptor asked = i % 2 == 0 ? random_descriptor(random, length) : all[i].descriptor;
            for (const std::size_t count : {1, 5, 1000})
                for (const double least : {-2.0, 0.1, 0.9})
                    EXPECT_EQ(search.nearest(asked, count, least), by_hand(all, asked, count, least));
        }
    }
}

// Neighbours that differ by less than a byte holds must come in the right order nevertheless.
TEST(DescriptorSearch, IsExactBelowTheStepOfABytes) {
    std::mt19937 random(8);
    const Descriptor first = random_descriptor(random, 192);
    DescriptorSearch search(192);
    std::vector<Known> all;
    for (int i = 0; i < 300; ++i) {
        Descriptor near = first;
        near[static_cast<std::size_t>(i) % near.size()] += 1e-4F * static_cast<float>(i % 7);
        all.push_back({i + 1, near});
        ASSERT_TRUE(search.add(i + 1, near));
    }
    EXPECT_EQ(search.nearest(first, 10, 0), by_hand(all, first, 10, 0));
}

TEST(DescriptorSearch, WhoIsRemovedIsNotFound) {
    std::mt19937 random(9);
    DescriptorSearch search(64);
    std::vector<Known> all;
    for (int i = 0; i < 60; ++i) {
        all.push_back({i % 20, random_descriptor(random, 64)});
        ASSERT_TRUE(search.add(all.back().owner, all.back().descriptor));
    }
    EXPECT_EQ(search.remove(99), 0U);
    EXPECT_EQ(search.remove(7), 3U);
    EXPECT_EQ(search.remove(19), 3U);
    EXPECT_EQ(search.size(), 54U);
    std::erase_if(all, [](const Known& known) { return known.owner == 7 || known.owner == 19; });
    const Descriptor asked = random_descriptor(random, 64);
    EXPECT_EQ(search.nearest(asked, 100, -2), by_hand(all, asked, 100, -2));
    search.clear();
    EXPECT_EQ(search.size(), 0U);
    EXPECT_TRUE(search.nearest(asked, 1, -2).empty());
    ASSERT_TRUE(search.add(1, asked));
    EXPECT_NEAR(search.nearest(asked, 1, 0.5).at(0).likeness, 1, 1e-6);
}

TEST(DescriptorSearch, WhatIsNoDescriptorIsRefused) {
    DescriptorSearch search(3);
    const auto short_one = search.add(1, Descriptor{1, 2});
    ASSERT_FALSE(short_one);
    EXPECT_THAT(short_one.error().message, testing::HasSubstr("2 numbers"));
    EXPECT_FALSE(search.add(1, Descriptor{1, std::numeric_limits<float>::quiet_NaN(), 0}));
    EXPECT_FALSE(search.add(1, Descriptor{1, std::numeric_limits<float>::infinity(), 0}));
    EXPECT_EQ(search.size(), 0U);
    ASSERT_TRUE(search.add(1, Descriptor{0, 0, 0}));  // like nobody, but no error
    EXPECT_TRUE(search.nearest(Descriptor{1, 0}, 1, -1).empty());
    EXPECT_TRUE(search.nearest(Descriptor{1, 0, std::numeric_limits<float>::quiet_NaN()}, 1, -1).empty());
    EXPECT_TRUE(search.nearest(Descriptor{1, 0, 0}, 0, -1).empty());
    EXPECT_EQ(search.nearest(Descriptor{1, 0, 0}, 1, 0).at(0).likeness, 0);
}

TEST(DescriptorSearch, CanBeMoved) {
    std::mt19937 random(10);
    const Descriptor descriptor = random_descriptor(random, 32);
    DescriptorSearch search(32);
    ASSERT_TRUE(search.add(5, descriptor));
    DescriptorSearch other(8);
    other = std::move(search);
    EXPECT_EQ(other.length(), 32U);
    EXPECT_EQ(other.nearest(descriptor, 1, 0.9).at(0).owner, 5);
}

TEST(ByteProduct, IsTheSameOnAnyProcessor) {
    std::mt19937 random(11);
    std::uniform_int_distribution<int> bytes(-127, 127);
    for (const std::size_t length : {64, 128, 192, 1024}) {
        for (int extreme = 0; extreme < 3; ++extreme) {
            std::vector<std::int8_t> a(length);
            std::vector<std::int8_t> b(length);
            for (std::size_t i = 0; i < length; ++i) {
                a[i] = static_cast<std::int8_t>(extreme == 0 ? bytes(random) : 127);
                b[i] = static_cast<std::int8_t>(extreme == 0 ? bytes(random) : extreme == 1 ? -127 : 127);
            }
            const std::int32_t sum = std::accumulate(b.begin(), b.end(), 0);
            EXPECT_EQ(byte_product().of(a.data(), b.data(), length, sum),
                      plain_byte_product().of(a.data(), b.data(), length, sum))
                << byte_product().name;
        }
    }
}

}  // namespace
}  // namespace vitrina::perceive
