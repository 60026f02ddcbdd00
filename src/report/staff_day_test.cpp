#include "report/staff_day.h"

#include <gtest/gtest.h>

namespace vitrina::report {
namespace {

using std::chrono::minutes;

UtcTime at(int minute) {
    return UtcTime(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2)) + minutes(minute);
}

SourceTime source(int minute) {
    return SourceTime(minutes(minute));
}

LiveEvent event(Fact fact, int from, int to) {
    Event head;
    head.fact = std::move(fact);
    return {std::move(head), at(from), at(to)};
}

LiveEvent work(PersonId person, Activity activity, int from, int to, const std::string& place = "") {
    return event(Work{person, activity, place, source(from), source(to)}, from, to);
}

LiveEvent talk(PersonId staff, PersonId customer, int from, int to, Approach approach = Approach::kStaff) {
    return event(Talk{customer, staff, "wine", approach, minutes(1), 0.8, source(from), source(to)}, from,
                 to);
}

LiveEvent stand(PersonId person, int from, int to) {
    return event(Stand{person, "wine", source(from), source(to)}, from, to);
}

/// Number 12 was seen under two numbers, 101 and 102; 200 is nobody's name.
StaffFacts facts() {
    StaffFacts facts;
    facts.members = {{101, 12}, {102, 12}, {200, 0}};
    facts.work = {work(101, Activity::kFloor, 540, 545),
                  work(101, Activity::kFloor, 545, 550),
                  work(200, Activity::kTill, 541, 600, "till 1"),
                  work(101, Activity::kIdle, 550, 560),
                  work(101, Activity::kStockRoom, 560, 565, "store"),
                  work(102, Activity::kFloor, 600, 640)};
    facts.talks = {talk(101, 1, 543, 547), talk(101, 2, 552, 554, Approach::kCustomer),
                   talk(102, 1, 610, 611), talk(999, 3, 620, 621), talk(102, 200, 622, 630)};
    facts.stands = {stand(1, 540, 548), stand(2, 552, 555), stand(3, 600, 605), stand(200, 560, 590)};
    facts.spent = {{1, 500}};
    return facts;
}

TEST(StaffDay, OnePersonUnderTwoNumbersIsOneMember) {
    const StaffDay day = staff_day(facts(), at(0), at(1440));
    ASSERT_EQ(day.members.size(), 2U);
    const MemberDay& others = day.members[0];
    EXPECT_EQ(others.member, 0);
    EXPECT_TRUE(others.stretches.empty());
    EXPECT_EQ(others.spent[static_cast<std::size_t>(Doing::kTill)], minutes(59));
    const MemberDay& member = day.members[1];
    EXPECT_EQ(member.member, 12);
    EXPECT_EQ(member.numbers, 2);
    EXPECT_EQ(member.arrived, at(540));
    EXPECT_EQ(member.seen, at(640));
    EXPECT_EQ(member.away, minutes(35));
    ASSERT_EQ(member.breaks.size(), 1U);
    EXPECT_EQ(member.breaks[0].from, at(560));
    EXPECT_EQ(member.breaks[0].to, at(600));
}

TEST(StaffDay, TalksGoOnTopOfWorkAndTimesAddUp) {
    const MemberDay member = staff_day(facts(), at(0), at(1440)).members[1];
    const auto spent = [&](Doing doing) { return member.spent[static_cast<std::size_t>(doing)]; };
    EXPECT_EQ(spent(Doing::kTalking), minutes(4 + 2 + 1));
    EXPECT_EQ(spent(Doing::kFloor), minutes(10 - 4 + 40 - 1));
    EXPECT_EQ(spent(Doing::kIdle), minutes(10 - 2));
    EXPECT_EQ(spent(Doing::kStockRoom), minutes(5));
    Duration sum{};
    for (const Duration one : member.spent)
        sum += one;
    EXPECT_EQ(sum + member.away, member.seen - member.arrived);
    for (std::size_t i = 1; i < member.stretches.size(); ++i)
        EXPECT_GE(member.stretches[i].from, member.stretches[i - 1].to);
    // Two pieces of one stretch are one, but for the talk in it.
    EXPECT_EQ(member.stretches[0].to, at(543));
    EXPECT_EQ(member.stretches[2].from, at(547));
    EXPECT_EQ(member.stretches[2].to, at(550));
}

TEST(StaffDay, CountsWhoWasServed) {
    const StaffDay day = staff_day(facts(), at(0), at(1440));
    EXPECT_EQ(day.talks.talks, 3) << "not of somebody who is no staff, nor between two of them";
    EXPECT_EQ(day.talks.by_staff, 2);
    EXPECT_EQ(day.talks.by_customer, 1);
    EXPECT_EQ(day.talks.customers, 2);
    EXPECT_EQ(day.talks.buyers, 1);
    EXPECT_EQ(day.talks.wait.count, 2);
    EXPECT_EQ(day.talks.wait.median, minutes(1));
    EXPECT_EQ(day.customers, 3);
    EXPECT_EQ(day.served, 2);
}

TEST(StaffDay, MoreThanSixHoursAwayAreTwoShiftsAndNoBreak) {
    StaffFacts facts;
    facts.members = {{101, 12}};
    // The night before until 02:00, and again from 18:00 on, with a break of 20 minutes.
    facts.work = {work(101, Activity::kTill, 0, 120), work(101, Activity::kTill, 1080, 1200),
                  work(101, Activity::kTill, 1220, 1440)};
    const StaffDay day = staff_day(facts, at(0), at(1440));
    ASSERT_EQ(day.members.size(), 1U);
    const MemberDay& member = day.members[0];
    EXPECT_EQ(member.shifts, 2);
    EXPECT_EQ(member.away, minutes(20));
    ASSERT_EQ(member.breaks.size(), 1U);
    EXPECT_EQ(member.breaks[0].from, at(1200));
    EXPECT_EQ(member.breaks[0].to, at(1220));
    // Six hours sharp are a long break of one shift.
    facts.work = {work(101, Activity::kTill, 0, 120), work(101, Activity::kTill, 480, 500)};
    const StaffDay one = staff_day(facts, at(0), at(1440));
    EXPECT_EQ(one.members[0].shifts, 1);
    EXPECT_EQ(one.members[0].breaks.size(), 1U);
}

TEST(StaffDay, WhatBeganOnAnotherDayIsOfThatDay) {
    const StaffDay day = staff_day(facts(), at(545), at(610));
    EXPECT_EQ(day.talks.talks, 1);
    EXPECT_EQ(day.members.back().arrived, at(545));
    EXPECT_TRUE(staff_day(facts(), at(1440), at(2880)).members.empty());
}

}  // namespace
}  // namespace vitrina::report
