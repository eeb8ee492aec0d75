using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>
/// Random sequences of what pipelines push, what the bot does and what people revert, edit and bring back, against what a person would expect: what the bot wrote and a person
/// moved away from is not written again, nothing takes its place, and whatever is newer than all of it is written at once.
/// </summary>
public sealed class RollbackLawTests
{
    private const string Repository = "registry.example.com/team/web";

    [Theory]
    [InlineData("semver", false)]
    [InlineData("semver", true)]
    [InlineData("newest-build", false)]
    [InlineData("numerical", false)]
    [InlineData("newest-build", true)]
    public void The_bot_never_fights_a_person(string strategy, bool pinsDigests) => Prop
        .ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => new Play(strategy, pinsDigests, new Random(seed)).Run())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(800));

    private sealed class Play(string strategy, bool pinsDigests, Random random)
    {
        private readonly RegistryWorld _registry = new();
        private readonly List<string> _tags = [];
        private readonly List<string?> _values = [null];
        private readonly HashSet<string> _left = new(StringComparer.Ordinal);
        private readonly HashSet<string> _byBot = new(StringComparer.Ordinal);
        private readonly StringBuilder _story = new();
        private string? _file;

        public void Run()
        {
            var world = PlanningCase.Of($"web={Repository}", Repository, _registry, null, $"web.update-strategy={strategy}", $"web.pin-digest={(pinsDigests ? "true" : "false")}");
            world.Commits = [];
            Push();
            for (var step = 0; step < 30; step++)
            {
                switch (random.Next(5))
                {
                    case 0:
                        Push();
                        break;
                    case 1:
                        MoveTo(world, Pick(_values));
                        break;
                    case 2 when _values.Count > 1:
                        MoveTo(world, _values[^2]);
                        break;
                    default:
                        Cycle(world);
                        break;
                }
            }

            Push();
            Assert.True(Cycle(world) == Last, $"the newest version of all is not written:\n{_story}");
        }

        private string Last => _tags[^1];

        private void Push()
        {
            var tag = _tags.Count.ToString("00000", CultureInfo.InvariantCulture).TrimStart('0');
            _tags.Add(tag.Length == 0 ? "0" : tag);
            _registry.Push(Last, day: _tags.Count);
            _story.AppendLine(CultureInfo.InvariantCulture, $"pushed {Last}");
        }

        /// <summary>A person writes what stood there once, or what never did; null takes the file away.</summary>
        private void MoveTo(PlanningCase world, string? file)
        {
            if (file == _file)
                return;
            if (Value(_file) is { } away && _byBot.Contains(away))
                _left.Add(away);
            if (Value(file) is { } back)
                _left.Remove(back);
            _story.AppendLine(CultureInfo.InvariantCulture, $"a person goes from {Value(_file) ?? "nothing"} to {Value(file) ?? "nothing"}");
            world.File = _file = file;
            _values.Add(file);
        }

        /// <returns>The tag that was written, null for none.</returns>
        private string? Cycle(PlanningCase world)
        {
            var decision = world.Decide();
            _story.AppendLine(CultureInfo.InvariantCulture, $"the bot: {decision}");
            _file = world.File;
            Assert.False(world.Decide() is ImageDecision.Update, $"written again without a reason:\n{_story}");
            if (decision is not ImageDecision.Update { Value: var value })
                return null;
            Assert.False(_left.Contains(value.ToString()), $"{value} was taken back:\n{_story}");
            foreach (var left in _left.Where(_ => !pinsDigests))
                Assert.True(_tags.IndexOf(value.ToString()) > _tags.IndexOf(left), $"{value} takes the place of {left}, which was taken back:\n{_story}");
            _byBot.Add(value.ToString());
            _values.Add(_file);
            return value.Tag?.Text;
        }

        private static string? Value(string? file) =>
            file?.Split('\n').SkipWhile(line => !line.Contains("image.tag", StringComparison.Ordinal)).Skip(1).FirstOrDefault()?.Split(": ")[1].Trim('"', '\'');

        private string? Pick(List<string?> values) => values[random.Next(values.Count)];
    }
}
