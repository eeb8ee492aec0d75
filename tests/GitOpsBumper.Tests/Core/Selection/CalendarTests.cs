using GitOpsBumper.Core.Selection;
using static GitOpsBumper.Tests.Core.Selection.SelectionParts;

namespace GitOpsBumper.Tests.Core.Selection;

/// <summary>Build numbers, timestamps and calendar versions, as docs/reference/annotations.md advises to choose among them.</summary>
public sealed class CalendarTests
{
    [Theory]
    [InlineData(@"^(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})$", "$y$m$d", "2024-12-31 2024-10-02 2024-04-10 2024-04-01 2023-11-30")]
    [InlineData(@"^(\d{4})\.(\d{2})\.(\d{2})(?:-(\d+))?$", "${1}${2}${3}", "2024.04.10-2 2024.04.10 2024.04.09")]
    [InlineData(@"^build-(?P<n>\d+)$", "$n", "build-100000000000000000000000000000 build-99999999999999999999999999999 build-0010 build-9")]
    [InlineData(@"^[0-9a-f]+-(?P<ts>\d{14})$", "$ts", "b-20240401120000 a-20240401115959 f-20231231235959")]
    public void What_is_extracted_orders_numbers_of_any_size(string expression, string extract, string expected)
    {
        var pattern = Expression(expression);
        var strategy = new NumericalStrategy(Extraction(extract, pattern));
        Assert.Equal(expected, Select(strategy, $"{string.Join(' ', expected.Split(' ').Reverse())} latest 2024", new TagFilter(pattern, [])));
    }

    [Fact]
    public void Calendar_versions_with_dots_are_versions_leading_zeros_and_all() =>
        Assert.Equal("2024.10.1 2024.04.10 2024.04.9 2024.04.1 2023.12.31", Select(SemVer(""), "2024.04.1 2024.10.1 2024.04.9 2023.12.31 2024.04.10"));

    [Fact]
    public void Parts_of_changing_width_make_no_number_to_order_by()
    {
        var pattern = Expression(@"^(?P<y>\d{4})\.(?P<m>\d{2})\.(?P<d>\d+)$");
        Assert.Equal("2024.04.10 2024.05.1", Select(new NumericalStrategy(Extraction("$y$m$d", pattern)), "2024.04.10 2024.05.1", new TagFilter(pattern, [])));
    }
}
