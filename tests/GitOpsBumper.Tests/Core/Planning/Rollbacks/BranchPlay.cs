using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Orders;

namespace GitOpsBumper.Tests.Core.Planning.Rollbacks;

/// <summary>A branch with two applications, which a bot, pipelines and people work on, and what has to be true of it.</summary>
internal sealed class BranchPlay
{
    private const string Readme = "README.md";

    private readonly PlayForm _form;
    private readonly GitLine _git = new();
    private readonly PlayedApplication[] _applications;
    private readonly List<PlayedImage> _images = [];
    private readonly Dictionary<string, RegistryWorld> _registries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _pushed = new(StringComparer.Ordinal);
    private readonly BranchBot _bot;
    private readonly StringBuilder _story = new();
    private Random _random = new(0);

    public BranchPlay(PlayForm form)
    {
        _form = form;
        _applications = [new PlayedApplication(form, "shop", "web", "api"), new PlayedApplication(form, "blog", "web")];
        foreach (var application in _applications)
            _images.AddRange(application.Aliases.Select(alias => new PlayedImage(application, alias, new PersonModel(form))));
        foreach (var alias in _images.Select(image => image.Alias).Distinct())
        {
            _registries.Add(PlayedApplication.Repository(alias), new RegistryWorld());
            _pushed.Add(alias, []);
            Push(alias);
        }

        _bot = new BranchBot(_git, _applications, _registries);
        Cycle();
    }

    /// <summary>Each step is told by one number, so that a story can be told without some of them.</summary>
    public void Run(IEnumerable<int> steps)
    {
        foreach (var step in steps)
        {
            _random = new Random(step);
            Step();
        }

        foreach (var alias in _pushed.Keys)
            Push(alias);
        Cycle();
    }

    private void Step()
    {
        var image = Pick(_images);
        switch (_random.Next(23))
        {
            case < 3:
                Push(image.Alias);
                break;
            case < 5 when _git.Tips.LastOrDefault(tip => tip.Read.Trailers.Count > 0) is { } last:
                ByHand($"a person reverts {last.Id[^3..]}", () => _git.TryRevert(last));
                break;
            case < 7:
                ByHand($"a person reverts the last commit", () => _git.TryRevert(_git.Tips[^1]));
                break;
            case 7:
                Restore(Pick(_git.Tips));
                break;
            case < 10:
                Edit(image, image.Person.Seen with { Value = AnyVersion(image) });
                break;
            case 10:
                Edit(image, _random.Next(2) == 0 ? image.Person.Seen with { Override = null, Until = null } : image.Person.Seen with { Override = PlayForm.TagOf(AnyVersion(image) ?? _form.Tag(0)), Until = AnyEnd() });
                break;
            case < 13:
                Pin(image);
                break;
            case < 15:
                LetGo(image);
                break;
            case 15:
                _git.Now += TimeSpan.FromHours(_random.Next(1, 30));
                Tell($"it is {FileView.Text(_git.Now)}");
                break;
            case 16:
                Rewrite();
                break;
            default:
                Cycle();
                break;
        }
    }

    private void Push(string alias)
    {
        var pushed = _pushed[alias];
        var isAgain = _form.PinsDigests && pushed.Count > 0 && _random.Next(4) == 0;
        if (!isAgain)
            pushed.Add((pushed.Count + 1) * PlayForm.Pushed);
        var rank = isAgain ? Pick(pushed) : pushed[^1];
        // What is pushed again is built anew, and not newer than what was pushed after it.
        _registries[PlayedApplication.Repository(alias)].Push(_form.Tag(rank), rank, content: $"{alias} {rank} {_random.Next()}");
        Tell($"{alias}:{_form.Tag(rank)} is pushed{(isAgain ? " again" : "")}");
    }

    private void ByHand(string what, Func<bool> change)
    {
        if (!change())
            return;
        foreach (var one in _images)
            one.Person.ByHand(See(one));
        Tell(what);
    }

    private void Restore(PlayedCommit tip) => ByHand($"a person restores the files of {tip.Id[^3..]}", () =>
    {
        _git.Commit($"restore {tip.Id}\n", tip.Files);
        return true;
    });

    private void Edit(PlayedImage image, Seen wanted) => ByHand($"a person edits {image}", () =>
    {
        if (wanted == image.Person.Seen)
            return false;
        var images = _images.Where(other => other.Application == image.Application).ToDictionary(other => other.Alias, other => other == image ? wanted : other.Person.Seen);
        _git.Commit("by hand\n", _git.Files.SetItem(image.Application.Path, FileView.Write(images, _form.IsValuesFile)));
        return true;
    });

    private void Pin(PlayedImage image)
    {
        // The command line finds the digest.
        if (AnyVersion(image, mayBeBare: false) is not { } version)
            return;
        var (byOverride, until) = (_random.Next(2) == 0, AnyEnd());
        Assert.True(ImageVersion.TryParse(version, out var value, out var problem), problem);
        if (!_bot.Obey(image.Application, new HoldOrder.Pin(image.Alias, value, PlayForm.TagOf(version), until, byOverride) { By = "Ada" }))
            return;
        image.Person.Pinned(See(image), byOverride ? null : version, until);
        Tell($"a person pins {image} to {version}{(byOverride ? " by override" : "")}{(until is { } end ? $" until {FileView.Text(end)}" : "")}");
        Watch();
    }

    private void LetGo(PlayedImage image)
    {
        var allows = _random.Next(2) == 0;
        Assert.True(_bot.Obey(image.Application, new HoldOrder.Unpin([image.Alias], allows) { By = "Ada" }));
        image.Person.LetGo(See(image), allows);
        Tell($"a person lets go of {image}{(allows ? ", and of what was taken back" : "")}");
        Watch();
    }

    private void Rewrite()
    {
        var count = _random.Next(2, 6);
        switch (_random.Next(4))
        {
            case 0:
                _git.Merge(Pick(_git.Tips), Readme);
                Tell("a person merges");
                break;
            case 1 when _git.Commits.Count - _git.Firm > count && !_git.Commits[^(count + 1)].IsSide:
                _git.Squash(count, isByGit: _random.Next(2) == 0);
                Tell($"a person squashes {count} commits");
                break;
            case 2 when _git.Commits.Count > count:
                _git.Rebase(count);
                Tell($"a person rebases {count} commits");
                break;
            // What becomes of holds that are taken off is told elsewhere: nobody sees in the files that they are gone.
            case 3 when _git.Commits.Count > count && !_git.Commits[^(count + 1)].IsSide && _git.Commits.TakeLast(count).All(commit => commit.Read.Trailers.All(placed => placed.Trailer is UpdateTrailer)):
                ByHand($"a person takes {count} commits off by force", () =>
                {
                    _git.Truncate(count);
                    return true;
                });
                break;
        }
    }

    private void Cycle()
    {
        var isGrouped = _random.Next(2) == 0;
        var commits = _bot.Cycle(isGrouped);
        Tell($"the bot makes {commits} commits");
        foreach (var image in _images)
        {
            var (before, after) = (image.Person.Seen, See(image));
            Tell($"  {image}: {before.Value ?? "nothing"} -> {after.Value ?? "nothing"}: {_bot.Decisions[(image.Application.Snapshot.Name.Name, image.Alias)].Reason}");
            Check(image, before, after);
            image.Person.ByBot(after);
        }

        // Without a commit it would see what it has just seen.
        Claim(commits == 0 || _bot.Cycle(isGrouped) == 0, "a second cycle changes something");
    }

    private void Check(PlayedImage image, Seen before, Seen after)
    {
        var person = image.Person;
        var newest = Newest(image.Alias);
        if (_bot.Decisions[(image.Application.Snapshot.Name.Name, image.Alias)] is ImageDecision.Failed)
        {
            Claim(_form.PinsDigests && !IsPushed(image.Alias, before.Value), $"{image} fails");
            Claim(after == before, $"{image} changes though it fails");
            return;
        }

        Claim(after.Override == (before.IsOverAt(_git.Now) ? null : before.Override), $"{image}: the override was {before.Override}, and is {after.Override}");
        if (after.Value != before.Value)
        {
            Claim(person.PinnedAt(_git.Now) is null, $"{image} is pinned to {person.PinnedAt(_git.Now)}");
            Claim(!person.IsHeld, $"{image} is held");
            Claim(after.Value is not null && person.WhyNot(after.Value) is null, $"{image}: {(after.Value is null ? "it is taken away" : person.WhyNot(after.Value))}");
            Claim(PlayForm.Rank(after.Value) >= PlayForm.Rank(before.Value) || (_form.IsByDate && !IsPushed(image.Alias, before.Value)), $"{image} goes down");
        }

        var isOlder = PlayForm.Rank(before.Value) <= PlayForm.Rank(newest) || (_form.IsByDate && !IsPushed(image.Alias, before.Value));
        if (person.PinnedAt(_git.Now) is null && !person.MayBeHeld && isOlder && person.IsFree(newest))
            Claim(after.Value == newest, $"{image}: nothing keeps {newest} off, and it is not written");
    }

    /// <summary>An order for one image leaves the others as they are.</summary>
    private void Watch()
    {
        foreach (var image in _images)
            Claim(See(image) == image.Person.Seen, $"{image} is {See(image)}");
    }

    private bool IsPushed(string alias, string? version) => version is not null && _pushed[alias].Contains(PlayForm.Rank(version));

    private string Newest(string alias) => Full(alias, _pushed[alias][^1], isBare: false);

    private string Full(string alias, int rank, bool isBare) => _form.PinsDigests && !isBare && _pushed[alias].Contains(rank)
        ? $"{_form.Tag(rank)}@{_registries[PlayedApplication.Repository(alias)].Digest(_form.Tag(rank))}"
        : _form.Tag(rank);

    /// <summary>Older, newer, or never seen; null for none.</summary>
    private string? AnyVersion(PlayedImage image, bool mayBeBare = true)
    {
        var pushed = _pushed[image.Alias];
        var last = pushed.Count - 1;
        var between = _random.Next(8) == 0 ? PlayForm.Pushed / 2 : 0;
        return _random.Next(8) switch
        {
            0 => null,
            1 => _form.Tag(pushed[^1] + (_random.Next(3) * PlayForm.Pushed) + (PlayForm.Pushed / 2)),
            < 5 => Full(image.Alias, pushed[Math.Max(0, last - _random.Next(3))] - between, mayBeBare && _random.Next(4) == 0),
            _ => Full(image.Alias, Pick(pushed) - between, mayBeBare && _random.Next(4) == 0),
        };
    }

    private DateTimeOffset? AnyEnd() => _random.Next(2) == 0 ? null : _git.Now.AddHours(_random.Next(1, 40));

    private Seen See(PlayedImage image) => FileView.Read(_git.Files.GetValueOrDefault(image.Application.Path), image.Alias, _form.IsValuesFile);

    private T Pick<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];

    private void Tell(string what) => _story.Append(CultureInfo.InvariantCulture, $"{(_git.Commits.Count == 0 ? "   " : _git.Commits[^1].Id[^3..])} {what}\n");

    private void Claim(bool isSo, string otherwise)
    {
        if (!isSo)
            Assert.Fail($"{otherwise}:\n{_story}{string.Join('\n', _images.Select(image => $"{image}: {image.Person}"))}\n{_git.Files.GetValueOrDefault(_applications[0].Path)}");
    }

    private sealed record PlayedImage(PlayedApplication Application, string Alias, PersonModel Person)
    {
        public override string ToString() => $"{Application.Snapshot.Name.Name}/{Alias}";
    }
}
