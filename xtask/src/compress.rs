//! Brotli and gzip copies of the console's files, made once at build time so that the server only picks one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result, anyhow};

const BROTLI_QUALITY: i32 = 11;
/// 2²² bytes: more than the largest file here.
const BROTLI_WINDOW: i32 = 22;
const GZIP_LEVEL: u32 = 9;
/// Formats that are compressed already, and our own output.
const COMPRESSED: [&str; 8] = ["br", "gz", "png", "jpg", "webp", "woff2", "avif", "ico"];

/// Writes `x.br` and `x.gz` beside each file of the folder, where that saves bytes.
pub fn folder(folder: &Path) -> Result<()> {
    let mut files: Vec<(u64, PathBuf)> = Vec::new();
    for file in files_below(folder)? {
        let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if !COMPRESSED.contains(&extension) {
            files.push((file.metadata().with_context(|| file.display().to_string())?.len(), file));
        }
    }
    // Taken from the end, the largest first: the last one to finish is then a small one.
    files.sort();
    let queue = Mutex::new(files);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| work_off(&queue))).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| anyhow!("a compression thread panicked"))?)
    })
}

fn work_off(queue: &Mutex<Vec<(u64, PathBuf)>>) -> Result<()> {
    loop {
        let next = queue.lock().map_err(|_| anyhow!("a compression thread panicked"))?.pop();
        let Some((_, file)) = next else { return Ok(()) };
        compress_file(&file).with_context(|| file.display().to_string())?;
    }
}

fn compress_file(file: &Path) -> Result<()> {
    let bytes = std::fs::read(file)?;
    for (extension, compressed) in [("br", brotli(&bytes)?), ("gz", gzip(&bytes)?)] {
        if compressed.len() < bytes.len() {
            std::fs::write(with_added_extension(file, extension), compressed)?;
        }
    }
    Ok(())
}

fn with_added_extension(file: &Path, extension: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(GZIP_LEVEL));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// Every file below a folder, in a fixed order.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).with_context(|| next.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn both_copies_unpack_to_the_original() {
        let text = "the console, the console, the console; ".repeat(50);
        let mut from_brotli = Vec::new();
        let mut from_gzip = Vec::new();

        brotli::BrotliDecompress(&mut &brotli(text.as_bytes()).unwrap()[..], &mut from_brotli).unwrap();
        flate2::read::GzDecoder::new(&gzip(text.as_bytes()).unwrap()[..])
            .read_to_end(&mut from_gzip)
            .unwrap();

        assert_eq!(from_brotli, text.as_bytes());
        assert_eq!(from_gzip, text.as_bytes());
    }

    #[test]
    fn a_copy_exists_only_where_it_is_smaller() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("below")).unwrap();
        std::fs::write(folder.path().join("below/page.css"), ".a{}".repeat(100)).unwrap();
        std::fs::write(folder.path().join("tiny.txt"), "a").unwrap();
        std::fs::write(folder.path().join("icon.png"), "x".repeat(100)).unwrap();

        super::folder(folder.path()).unwrap();

        let names: Vec<String> = files_below(folder.path())
            .unwrap()
            .iter()
            .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["page.css", "page.css.br", "page.css.gz", "icon.png", "tiny.txt"]);
    }
}
