using GitOpsBumper.Core.WriteBack.Values;

namespace GitOpsBumper.Tests.Core.WriteBack.Values;

public sealed class ValuePathTests
{
    [Theory]
    [InlineData("tag")]
    [InlineData("image.tag")]
    [InlineData("list[0].tag")]
    [InlineData("list[0][12]")]
    [InlineData("pod annotations.example.com/tag")]
    [InlineData("größe.über")]
    [InlineData("a[999999999].b")]
    public void A_path_is_kept_as_it_is_written(string text)
    {
        Assert.True(ValuePath.TryParse(text, out var path, out var problem), problem);
        Assert.Null(problem);
        Assert.Equal(text, path.Text);
        Assert.True(ValuePath.TryParse(text, out var same, out _));
        Assert.Equal(path, same);
        Assert.Equal(path.GetHashCode(), same.GetHashCode());
    }

    [Theory]
    [InlineData("", "has 1 to 512 characters, this one has 0")]
    [InlineData(".tag", "has an empty key at character 1")]
    [InlineData("image..tag", "has an empty key at character 7")]
    [InlineData("image.tag.", "has an empty key at character 11")]
    [InlineData("[0].tag", "has an empty key at character 1")]
    [InlineData("list.[0]", "has an empty key at character 6")]
    [InlineData("list[0]..tag", "has an empty key at character 9")]
    [InlineData("list[]", "has brackets that are no index")]
    [InlineData("list[-1]", "has brackets that are no index")]
    [InlineData("list[x]", "has brackets that are no index")]
    [InlineData("list[0", "has brackets that are no index")]
    [InlineData("list[0]x", "has brackets that are no index")]
    [InlineData("list]0", "has brackets that are no index")]
    [InlineData("list[1234567890]", "has brackets that are no index")]
    [InlineData("web.<<.tag", "has the key '<<'")]
    [InlineData("image\n.tag", "contains a control character")]
    public void What_is_no_path_is_told(string text, string expected)
    {
        Assert.False(ValuePath.TryParse(text, out var path, out var problem));
        Assert.Null(path);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_and_depth_are_bounded()
    {
        Assert.True(ValuePath.TryParse(new string('a', 512), out _, out _));
        Assert.False(ValuePath.TryParse(new string('a', 513), out _, out _));
        Assert.True(ValuePath.TryParse(string.Join('.', Enumerable.Repeat("a", 32)), out _, out _));
        Assert.True(ValuePath.TryParse("a" + string.Concat(Enumerable.Repeat("[0]", 31)), out _, out _));
        Assert.False(ValuePath.TryParse("a" + string.Concat(Enumerable.Repeat("[0]", 32)), out _, out var problem));
        Assert.EndsWith("has 33 keys and indexes, at most 32 are allowed", problem, StringComparison.Ordinal);
    }
}
